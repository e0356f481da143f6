"""Forecasts of prices as forecasts of returns, beside the one that repeats the last price.

A price is nearly a random walk: any forecast near the last price looks close on a chart, and says nothing of
the next move. N windows, H steps, C targets.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Returns(NamedTuple):
    """Errors of relative changes since the last known price, over observed points.

    Attributes:
        error: mean absolute error of the forecast changes, as a fraction of the last price.
        repeat: the same of a forecast of no change: the mean absolute change.
        direction: fraction of the changes whose sign was forecast; NaN where nothing changed.
        points: number of changes.
    """

    error: float
    repeat: float
    direction: float
    points: int


def returns_of(last: np.ndarray, label: np.ndarray, predicted: np.ndarray) -> Returns:
    """Measure forecasts of prices as changes.

    Args:
        last: (N, C) last known price before each window, NaN where none is known.
        label: (N, H, C), NaN where missing; predicted: (N, H, C).
    """
    before = last[:, None].astype(np.float64)  # (N, 1, C)
    with np.errstate(divide="ignore", invalid="ignore"):
        actual, told = label / before - 1, predicted / before - 1
    seen = np.isfinite(actual) & np.isfinite(told)
    actual, told = actual[seen], told[seen]
    moved = actual != 0
    same_sign = np.sign(told[moved]) == np.sign(actual[moved])
    return Returns(
        float(np.abs(told - actual).mean()) if len(actual) else float("nan"),
        float(np.abs(actual).mean()) if len(actual) else float("nan"),
        float(same_sign.mean()) if moved.any() else float("nan"),
        len(actual),
    )


def in_words(found: Returns) -> str:
    """Say how the forecast compares with repeating the last price."""
    better = 1 - found.error / found.repeat if found.repeat else 0.0
    if better >= 0.0005:  # less is nothing in tenths of a per cent
        verdict = f"{better:.1%} less than repeating the last price"
    else:
        verdict = f"no better than repeating the last price ({abs(better):.1%} more)"
    return (
        f"prices: the mean absolute error of the returns is {found.error:.5f}, {verdict}; "
        f"the sign of {found.direction:.1%} of the changes was forecast"
    )

"""Levels of forecast quantiles and the central intervals among them. Q levels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

SHOWN = (80, 95)  # per cent of the central intervals whose coverage and width are reported


def level_weights(levels: Sequence[float]) -> np.ndarray:
    """Return the weight (Q,) of each level in an integral from 0 to 1: its part of the line, with borders
    half-way between neighbours. They add up to 1.
    """
    borders = [0.0, *((a + b) / 2 for a, b in pairwise(levels)), 1.0]
    return np.diff(borders)


def interval_pairs(levels: Sequence[float]) -> dict[int, tuple[int, int]]:
    """Return the places of the lower and upper level of each central interval of SHOWN, by its per cent."""
    found = {}
    for percent in SHOWN:
        tail = (100 - percent) / 200
        low, high = (_place(levels, wanted) for wanted in (tail, 1 - tail))
        if low is not None and high is not None:
            found[percent] = (low, high)
    return found


def _place(levels: Sequence[float], wanted: float) -> int | None:
    return next((place for place, level in enumerate(levels) if abs(level - wanted) < 1e-9), None)

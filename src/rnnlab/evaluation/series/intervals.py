"""Levels of forecast quantiles, the central intervals among them, and the CRPS of samples. Q levels."""

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


def crps_of_samples(label: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Return the continuous ranked probability score of samples (M, ...) of a value (...), in its units.

    It is the mean of |x - y| less half the mean of |x - x'| over all pairs of samples (Gneiting and Raftery
    2007, equation 20), the score of the samples' own distribution; a single sample has its absolute error.
    """
    number = len(samples)
    ordered = np.sort(samples.astype(np.float64), axis=0)
    places = 2 * np.arange(1, number + 1) - number - 1  # (M,) sum over pairs of |x - x'| by ranks
    spread = np.tensordot(places, ordered, 1) / number**2
    return np.abs(ordered - label).mean(0) - spread

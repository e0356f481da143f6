"""Continuous ranked probability score of samples. N samples."""

from __future__ import annotations

import numpy as np


def sample_crps(samples: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Return the CRPS (...) of N samples (N, ...) of a forecast of labels (...), in their units.

    It is the fair estimate (Ferro 2014), E|X - y| - E|X - X'| / 2 over pairs of different samples: its mean
    over draws is the score of the distribution that they come from, however few they are, and it may be
    negative. NaN where the label is.

    Raises:
        ValueError: fewer than two samples.
    """
    number = len(samples)
    if number < 2:
        raise ValueError(f"samples={number} must be 2 or more: the score compares them with each other")
    ordered = np.sort(samples.astype(np.float64), axis=0)
    weights = 2 * np.arange(1, number + 1) - number - 1  # of sorted samples in the sum over pairs i < j
    apart = np.tensordot(weights, ordered, 1) / (number * (number - 1))
    found: np.ndarray = np.abs(ordered - label).mean(0) - apart
    return found

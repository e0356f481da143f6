"""Scores of expected counts. N rows."""

from __future__ import annotations

import numpy as np


def scores(label: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Return the mean Poisson deviance, the mean absolute error, and the fraction that rounds to the count.

    Args:
        label: counts (N,). predicted: expected counts (N,), above 0.
    """
    label, predicted = label.astype(np.float64), predicted.astype(np.float64)
    ratio = np.where(label > 0, label, 1.0) / predicted
    deviance = 2 * (np.where(label > 0, label * np.log(ratio), 0.0) - (label - predicted))  # (N,)
    return {
        "deviance": float(deviance.mean()),
        "mae": float(np.abs(predicted - label).mean()),
        "exact": float((np.rint(predicted) == label).mean()),
    }

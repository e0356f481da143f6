"""Scores of predicted numbers. N rows."""

from __future__ import annotations

import numpy as np


def scores(label: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Return mean absolute error, root mean squared error, R2 and Spearman's rank correlation.

    Where all labels are equal, R2 is 1 without any error and 0 with some; where all labels or all predictions
    are equal, the rank correlation is 0: nothing is put in order.
    """
    label, predicted = label.astype(np.float64), predicted.astype(np.float64)
    errors = predicted - label
    square = float(np.square(errors).mean())
    variance = float(label.var())
    r2 = 1 - square / variance if variance > 0 else float(square == 0)
    return {
        "mae": float(np.abs(errors).mean()),
        "rmse": square**0.5,
        "r2": r2,
        "spearman": spearman(label, predicted),
    }


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    """Return the correlation of the ranks of two arrays (N,), ties at their mean; 0 where one is flat."""
    from scipy.stats import rankdata

    ranks = [rankdata(values) for values in (first, second)]
    apart = [values - values.mean() for values in ranks]
    size = float(np.sqrt(np.square(apart[0]).sum() * np.square(apart[1]).sum()))
    return float((apart[0] * apart[1]).sum() / size) if size > 0 else 0.0

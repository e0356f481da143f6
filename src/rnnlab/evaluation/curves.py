"""ROC and precision-recall curves of one class against the rest, and the areas under them. Shapes: N rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Curve(NamedTuple):
    """Points (P,) from the strictest threshold to the loosest, and the area under them.

    Of a ROC curve x is the false positive rate and y the true positive rate; of a precision-recall curve
    x is the recall and y the precision, and the area is the average precision.
    """

    x: np.ndarray
    y: np.ndarray
    area: float


def roc(positive: np.ndarray, score: np.ndarray) -> Curve | None:
    """Return the ROC curve of truth (N,) bool and scores (N,); None if all rows are positive or all negative.

    Rows of equal score are one point, as no threshold separates them (Fawcett 2006).
    """
    true, false = _counts(positive, score)
    if not true[-1] or not false[-1]:
        return None
    x, y = false / false[-1], true / true[-1]
    return Curve(x, y, float(np.trapezoid(y, x)))


def precision_recall(positive: np.ndarray, score: np.ndarray) -> Curve | None:
    """Return the precision-recall curve of truth (N,) bool and scores (N,); None if no row is positive.

    The area is the sum of precisions weighted by the steps in recall. It does not interpolate, which would
    overestimate the area (Davis and Goadrich 2006).
    """
    true, false = _counts(positive, score)
    if not true[-1]:
        return None
    recall = true / true[-1]
    precision = np.divide(true, true + false, out=np.ones_like(true), where=true + false > 0)
    return Curve(recall, precision, float(np.sum(np.diff(recall) * precision[1:])))


def _counts(positive: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of true and false positives above each distinct score, from none to all."""
    order = np.argsort(-np.asarray(score, float), kind="stable")
    positive, score = np.asarray(positive, bool)[order], np.asarray(score, float)[order]
    last = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)  # the last row of each score
    true = np.cumsum(positive)[last].astype(float)
    return np.append(0.0, true), np.append(0.0, last + 1 - true)


def thinned(curve: Curve, most: int = 200) -> Curve:
    """Return the curve with at most about `most` points, spread as evenly as possible along its length."""
    if len(curve.x) <= most:
        return curve
    length = np.append(0, np.cumsum(np.hypot(np.diff(curve.x), np.diff(curve.y))))
    places = np.unique(np.searchsorted(length, np.linspace(0, length[-1], most)))
    places = np.unique(np.concatenate([[0], np.minimum(places, len(length) - 1), [len(length) - 1]]))
    return Curve(curve.x[places], curve.y[places], curve.area)

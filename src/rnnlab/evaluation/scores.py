"""Accuracy, precision, recall and F1 from confusion matrices. Shapes: N rows, C classes, ... any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class ByClass(NamedTuple):
    """Scores of each class (..., C), in [0, 1], 0 where the divisor is 0; `support` counts true rows."""

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    support: np.ndarray


def confusion(labels: np.ndarray, predicted: np.ndarray, number: int) -> np.ndarray:
    """Return counts (C, C) of labels (N,) and predictions (N,): rows are labels, columns predictions."""
    cells = np.asarray(labels, np.int64) * number + np.asarray(predicted, np.int64)
    return np.bincount(cells, minlength=number * number).reshape(number, number)


class Totals(NamedTuple):
    """Counts (..., C) of each class: rows predicted correctly, rows with its label, rows predicted as it."""

    right: np.ndarray
    true: np.ndarray
    said: np.ndarray


def totals(counts: np.ndarray) -> Totals:
    """Return the `Totals` of confusion matrices (..., C, C)."""
    return Totals(np.diagonal(counts, axis1=-2, axis2=-1), counts.sum(-1), counts.sum(-2))


def by_class(counts: np.ndarray) -> ByClass:
    """Return each class's scores of confusion matrices (..., C, C)."""
    return _by_class(totals(counts))


def _by_class(found: Totals) -> ByClass:
    right, true, said = found.right.astype(float), found.true, found.said  # (..., C)
    f1 = _ratio(2 * right, true + said)
    return ByClass(_ratio(right, said), _ratio(right, true), f1, true)


def accuracy(counts: np.ndarray) -> np.ndarray:
    """Return the fraction (...) of correct rows of confusion matrices (..., C, C)."""
    return _accuracy(totals(counts))


def _accuracy(found: Totals) -> np.ndarray:
    return _ratio(found.right.sum(-1).astype(float), found.true.sum(-1))


def macro(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return `macro_precision`, `macro_recall` and `macro_f1` (...): means over classes.

    A class that is neither among the labels nor predicted does not enter the mean, as in training.
    """
    return _macro(totals(counts))


def _macro(found: Totals) -> dict[str, np.ndarray]:
    scored = _by_class(found)
    seen = (found.true + found.said) > 0  # (..., C)
    number = np.maximum(seen.sum(-1), 1)
    parts = {"precision": scored.precision, "recall": scored.recall, "f1": scored.f1}
    return {f"macro_{name}": (values * seen).sum(-1) / number for name, values in parts.items()}


def scores(counts: np.ndarray, classes: Sequence[str]) -> dict[str, np.ndarray]:
    """Return all scores by name, (...) each, of confusion matrices (..., C, C); see `scores_of`."""
    return scores_of(totals(counts), classes)


def whole_scores(found: Totals) -> dict[str, np.ndarray]:
    """Return accuracy and the macro means by name, (...) each."""
    return {"accuracy": _accuracy(found), **_macro(found)}


def scores_of(found: Totals, classes: Sequence[str]) -> dict[str, np.ndarray]:
    """Return all scores by name, (...) each: accuracy, macro means, and each class's, as `recall_CLASS`."""
    scored = _by_class(found)
    named = whole_scores(found)
    for kind in ("precision", "recall", "f1"):
        values = getattr(scored, kind)
        named |= {f"{kind}_{name}": values[..., index] for index, name in enumerate(classes)}
    return named


def summed(values: np.ndarray, places: np.ndarray, number: int) -> np.ndarray:
    """Sum the columns of values (R, K) by class, (R, C); places (K,) are the classes of the columns."""
    found = np.zeros((number, len(values)), dtype=np.int64)
    np.add.at(found, places, values.T)
    return found.T


def loss(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the cross-entropy (N,) of each row in nats, from probabilities (N, C)."""
    chosen = np.asarray(probabilities, float)[np.arange(len(labels)), labels]
    return -np.log(np.maximum(chosen, np.finfo(float).tiny))


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Return top / bottom, 0 where bottom is 0."""
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom > 0)

"""Calibration: a classifier's confidence against its accuracy. Shapes: N rows, C classes, B bins."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

BINS = 15  # of equal width, as in Guo et al. 2017


class Reliability(NamedTuple):
    """Per bin (B,): number of rows, mean confidence, accuracy (0 where there are no rows).

    `error` is the expected calibration error, the mean over rows of a bin's |accuracy - confidence|.
    """

    counts: np.ndarray
    confidences: np.ndarray
    accuracies: np.ndarray
    error: float


def reliability(labels: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> Reliability:
    """Return the bins of probabilities (N, C) for labels (N,); confidence is the largest probability."""
    places, confidence, right = _binned(labels, probabilities, bins)
    counts = np.bincount(places, minlength=bins)
    known = np.maximum(counts, 1)
    confidences = np.bincount(places, confidence, minlength=bins) / known
    accuracies = np.bincount(places, right, minlength=bins) / known
    error = float((counts * np.abs(accuracies - confidences)).sum() / max(len(places), 1))
    return Reliability(counts, confidences, accuracies, error)


def gaps(labels: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Return (N, B): correct (1 or 0) minus confidence of each row in its bin's column, to resample errors.

    The error of any resample with row weights w (N,) that sum to 1 is the sum over bins of |w @ gaps|.
    """
    places, confidence, right = _binned(labels, probabilities, bins)
    table = np.zeros((len(places), bins))
    table[np.arange(len(places)), places] = right - confidence
    return table


def brier(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Return Brier's score (N,) of each row: the squared distance to the truth, in [0, 2] (Brier 1950)."""
    truth = np.eye(probabilities.shape[1])[np.asarray(labels, np.int64)]
    return ((probabilities - truth) ** 2).sum(1)


def _binned(
    labels: np.ndarray, probabilities: np.ndarray, bins: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each row's bin, its confidence, and whether its prediction is correct, (N,) each."""
    confidence = np.minimum(np.asarray(probabilities, float).max(1), 1.0)
    right = (probabilities.argmax(1) == labels).astype(float)
    borders = np.linspace(0, 1, bins + 1)
    places = np.minimum(np.searchsorted(borders, confidence, side="right") - 1, bins - 1)
    return places, confidence, right

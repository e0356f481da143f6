"""Labelled points of a series: runs of them, and scores that can be ranked. Shapes: N points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Runs(NamedTuple):
    """Stretches of neighbouring points: the first point of each (R,), and the one after its last (R,)."""

    starts: np.ndarray
    ends: np.ndarray


def runs_of(marked: np.ndarray) -> Runs:
    """Return the stretches of points that are marked (N,)."""
    steps = np.diff(np.concatenate([[0], (np.asarray(marked) != 0).astype(np.int8), [0]]))
    return Runs(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1))


def check_scored(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return labels (N,) bool and scores (N,) float64; a point without a score (NaN) gets the lowest one.

    Raises:
        ValueError: they are not two rows of equal length with at least one point and one score.
    """
    labels, scores = np.asarray(labels), np.asarray(scores, dtype=np.float64)
    if labels.ndim != 1 or labels.shape != scores.shape or not len(labels):
        rule = f"labels {labels.shape} and scores {scores.shape} must be (N,) with N above 0"
        raise ValueError(rule)
    missing = np.isnan(scores)
    if missing.all():
        raise ValueError(f"all {len(scores)} scores are missing")
    return labels != 0, np.where(missing, scores[~missing].min(), scores) if missing.any() else scores

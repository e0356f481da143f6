"""Projection of vectors on a plane."""

from __future__ import annotations

import numpy as np


def plane(vectors: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the first two principal components (N, 2) of (N, E), and the fraction of variance they explain.

    Signs are fixed, so that the same vectors give the same map: each component's largest weight is positive.
    """
    centred = vectors - vectors.mean(0)
    _, lengths, components = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    first = components[:2]
    signs = np.sign(first[np.arange(len(first)), np.abs(first).argmax(1)])
    points = np.zeros((len(vectors), 2))
    points[:, : len(first)] = centred @ (first * signs[:, None]).T
    total = float((lengths**2).sum())
    return points, float((lengths[:2] ** 2).sum()) / total if total else 1.0

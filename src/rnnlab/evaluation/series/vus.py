"""Range-AUC-PR and VUS-PR of anomaly scores (Paparrizos et al. 2022). Shapes: N points, K thresholds.

Detectors raise their score somewhat before or after a labelled window. Range-AUC-PR therefore widens each
anomaly by a buffer, whose points are worth less the farther they lie from it: sqrt(1 - distance / window),
up to half a window on both sides. Its recall counts both the points and how many anomalies are found. VUS-PR
is its mean over all windows from 0 to one that suits the series, so that nobody chooses it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.series.labelled import Runs, check_scored, runs_of

THRESHOLDS = 250  # of the published measure, at equal steps of the ranked scores


def vus_pr(labels: np.ndarray, scores: np.ndarray, window: int, thresholds: int = THRESHOLDS) -> float:
    """Return the volume under the surface of precision and recall, from 0 to 1; NaN without an anomaly.

    Equal to that of the package TSB-AD. The measure of constant scores is its chance level: see `vus_chance`.

    Args:
        labels: (N,), not 0 where anomalous. scores: (N,), higher is more anomalous; NaN counts as lowest.
        window: the largest buffer in points, such as the period of the series (`find_period`).

    Raises:
        ValueError: of other shapes, or a negative window.
    """
    if window < 0:
        raise ValueError(f"window={window} must be at least 0")
    return float(np.mean(_areas(labels, scores, np.arange(window + 1), thresholds)))


def range_auc_pr(labels: np.ndarray, scores: np.ndarray, window: int, thresholds: int = THRESHOLDS) -> float:
    """Return the area under precision and recall with one buffer: a slice of the volume; see `vus_pr`."""
    if window < 0:
        raise ValueError(f"window={window} must be at least 0")
    return float(_areas(labels, scores, np.array([window]), thresholds)[0])


def vus_chance(labels: np.ndarray, window: int) -> float:
    """Return what scores without information reach: the anomaly rate, buffers included."""
    return vus_pr(labels, np.zeros(len(labels)), window)


class _Buffers(NamedTuple):
    """Points near anomalies, nearest first: their distance (M,), which of U points each is (M,), and the
    bin of each of the U points."""

    distances: np.ndarray
    points: np.ndarray
    bins: np.ndarray


def _areas(labels: np.ndarray, scores: np.ndarray, windows: np.ndarray, thresholds: int) -> np.ndarray:
    """Return the area under precision and recall (W,) for each window (W,)."""
    marked, scores = check_scored(labels, scores)
    if not marked.any():
        return np.full(len(windows), np.nan)
    bins = _bins(scores, thresholds)
    alarmed = np.bincount(bins, minlength=thresholds).cumsum()  # (K,) points above each threshold
    hits = np.bincount(bins[marked], minlength=thresholds).cumsum()  # (K,) of them inside of anomalies
    runs, buffers = runs_of(marked), _buffers(marked, bins, int(windows.max()) // 2)
    found = {half: _found(runs, bins, int(half), thresholds) for half in np.unique(windows // 2)}
    areas = np.empty(len(windows))
    for place, window in enumerate(windows):
        near = _near(buffers, int(window), thresholds)
        recall = np.minimum((hits + near) / (hits[-1] + near / 2), 1) * found[window // 2]
        areas[place] = np.dot(np.diff(recall, prepend=0), (hits + near) / alarmed)
    return areas


def _bins(scores: np.ndarray, thresholds: int) -> np.ndarray:
    """Return for each point (N,) the number of the first threshold, from the highest, that it reaches."""
    ranked = -np.sort(-scores)
    levels = ranked[np.linspace(0, len(scores) - 1, thresholds).astype(int)]  # (K,)
    return np.searchsorted(-levels, -scores, side="left")


def _buffers(marked: np.ndarray, bins: np.ndarray, half: int) -> _Buffers:
    """Return the points up to `half` from an anomaly, once for each anomaly that is near; none inside one."""
    starts, ends = runs_of(marked)
    steps = np.arange(1, half + 1)[:, None]
    places = np.concatenate([ends[None] - 1 + steps, starts[None] - steps], 1)  # (half, 2R)
    distances = np.broadcast_to(steps, places.shape)
    inside = (places >= 0) & (places < len(marked))
    inside[inside] = ~marked[places[inside]]
    points, numbers = np.unique(places[inside], return_inverse=True)
    return _Buffers(distances[inside], numbers, bins[points])


def _near(buffers: _Buffers, window: int, thresholds: int) -> np.ndarray:
    """Return what the alarmed points of all buffers are worth (K,) at each threshold."""
    count = np.searchsorted(buffers.distances, window // 2, side="right")
    if not count:
        return np.zeros(thresholds)
    worth = np.sqrt(1 - buffers.distances[:count] / window)
    each = np.minimum(np.bincount(buffers.points[:count], worth, minlength=len(buffers.bins)), 1)  # (U,)
    return np.bincount(buffers.bins, each, minlength=thresholds).cumsum()


def _found(runs: Runs, bins: np.ndarray, half: int, thresholds: int) -> np.ndarray:
    """Return the fraction of anomalies, widened by `half`, with an alarm inside (K,) at each threshold.

    Anomalies whose buffers touch are one.
    """
    apart = runs.ends[:-1] - 1 + half < runs.starts[1:] - half
    starts = np.maximum(runs.starts[np.concatenate([[True], apart])] - half, 0)
    ends = np.minimum(runs.ends[np.concatenate([apart, [True]])] + half, len(bins))
    edges = np.stack([starts, ends], 1).ravel()
    first = np.minimum.reduceat(np.append(bins, thresholds), edges)[::2]  # the first threshold with an alarm
    return np.bincount(first, minlength=thresholds).cumsum() / len(starts)

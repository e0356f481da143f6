"""Simple anomaly detectors: what a network has to beat. n points of a series, C channels, windows of w.

Each learns from the first `train_end` points alone, without labels, and its score of a time uses nothing
later: the score of a window belongs to its last point. TSB-AD fits its detectors on the whole series, and
centres windows on the point that they score. Points before the first whole window have no score (NaN).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnnlab.evaluation.series.period import find_period

Detector = Callable[[np.ndarray, int, int], np.ndarray]

GAUSSIAN_WINDOW, GAUSSIAN_STEP = 6400, 100  # NAB's
NEIGHBOURS, TREES = 50, 200  # TSB-AD's best on its tuning part
MOST_WINDOWS = 2000  # that neighbours are looked for in, evenly over the training part
_LEAST_SPREAD = 1e-6
_ROWS_AT_ONCE = 4096


def random_scores(values: np.ndarray, train_end: int, seed: int) -> np.ndarray:
    """Return scores without any information, uniform from 0 to 1."""
    return np.random.default_rng(seed).random(len(values))


def median_distance(values: np.ndarray, train_end: int, seed: int) -> np.ndarray:
    """Return how far a point is from the training median, in mean distances from it; the farthest channel."""
    centred = np.abs(values - np.median(values[:train_end], axis=0))
    found: np.ndarray = (centred / np.maximum(centred[:train_end].mean(axis=0), _LEAST_SPREAD)).max(axis=1)
    return found


def windowed_gaussian(values: np.ndarray, train_end: int, seed: int) -> np.ndarray:
    """Return how many deviations a point is from the mean of the up to 6400 points before it.

    NAB's detector, whose score is the normal tail of this number: the same order, but for the many points
    whose tail rounds to 0. Mean and deviation learn from every point until there are 6400 of them, then from
    each 100 more. Of several channels the largest counts.
    """
    points = np.arange(1, len(values) + 1)
    late = np.maximum(points - GAUSSIAN_WINDOW, 0) // GAUSSIAN_STEP * GAUSSIAN_STEP
    ends = np.where(points <= GAUSSIAN_WINDOW, points, GAUSSIAN_WINDOW + late)  # of what is known after each
    starts = np.maximum(ends - GAUSSIAN_WINDOW, 0)
    centred = values - values[:train_end].mean(axis=0)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(centred, axis=0)])
    squares = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(centred**2, axis=0)])
    counts = (ends - starts)[:, None]
    mean = (sums[ends] - sums[starts]) / counts
    spread = np.sqrt(np.maximum((squares[ends] - squares[starts]) / counts - mean**2, 0))
    spread = np.where(spread < _LEAST_SPREAD, _LEAST_SPREAD, spread)
    scores = np.zeros(len(values))
    scores[1:] = (np.abs(centred[1:] - mean[:-1]) / spread[:-1]).max(axis=1)
    return scores


def isolation_forest(values: np.ndarray, train_end: int, seed: int) -> np.ndarray:
    """Return how few random cuts isolate a window (Liu, Ting and Zhou 2008); see `shapes` for windows."""
    from sklearn.ensemble import IsolationForest

    size = window_size(values, train_end)
    windows = shapes(values, size, train_end)
    forest = IsolationForest(n_estimators=TREES, random_state=seed)
    forest.fit(windows[: train_end - size + 1])
    return from_windows(-forest.score_samples(windows), size)


def principal_components(values: np.ndarray, train_end: int, seed: int) -> np.ndarray:
    """Return the distances of a window to the principal axes of training windows, summed.

    Each is divided by the fraction of variance of its axis, so that the least axes weigh most (Shyu et al.
    2003, as in PyOD and TSB-AD). An axis has no sign: the distance is the mean of those to both of its ends.
    Each of the w C columns of windows is standardised.
    """
    size = window_size(values, train_end)
    windows = standardised(slices(values, size), train_end - size + 1)
    _, lengths, axes = np.linalg.svd(_spread(windows[: train_end - size + 1], MOST_WINDOWS), False)
    fractions = lengths**2 / max(float((lengths**2).sum()), 1e-300)
    used = fractions > 1e-9
    if not used.any():  # a constant training part has no axes
        return from_windows(np.linalg.norm(windows, axis=1), size)
    scores = np.empty(len(windows))
    for start in range(0, len(windows), _ROWS_AT_ONCE):
        part = windows[start : start + _ROWS_AT_ONCE]
        square, along = (part**2).sum(axis=1, keepdims=True) + 1, 2 * part @ axes[used].T
        both = np.sqrt(np.maximum(square - along, 0)) + np.sqrt(np.maximum(square + along, 0))
        scores[start : start + len(part)] = (both / fractions[used]).sum(axis=1)
    return from_windows(scores * fractions[used].min(), size)


def nearest_neighbours(values: np.ndarray, train_end: int, seed: int) -> np.ndarray:
    """Return the distance of a window to its 50th nearest training window; see `shapes` for windows."""
    size = window_size(values, train_end)
    windows = shapes(values, size, train_end)
    known = _spread(windows[: train_end - size + 1], MOST_WINDOWS)
    rank = min(NEIGHBOURS, len(known)) - 1
    squares, scores = (known**2).sum(axis=1), np.empty(len(windows))
    for start in range(0, len(windows), _ROWS_AT_ONCE):
        part = windows[start : start + _ROWS_AT_ONCE]
        found = (part**2).sum(axis=1, keepdims=True) + squares - 2 * part @ known.T
        scores[start : start + len(part)] = np.partition(found, rank, axis=1)[:, rank]
    return from_windows(np.sqrt(np.maximum(scores, 0)), size)


DETECTORS: dict[str, Detector] = {
    "random": random_scores,
    "distance from the median, smoothed": median_distance,
    "windowed Gaussian": windowed_gaussian,
    "isolation forest": isolation_forest,
    "PCA of windows": principal_components,
    "nearest neighbours": nearest_neighbours,
}

# Their scores are smoothed as those of the network: what smoothing alone gives.
SMOOTHED = frozenset({"distance from the median, smoothed"})


def filled(values: np.ndarray) -> np.ndarray:
    """Return values (n, C) float64 with each missing one replaced by the last before it, at first by 0."""
    values = np.array(values, dtype=np.float64)
    for channel in values.T:
        seen = np.where(np.isnan(channel), 0, np.arange(1, len(channel) + 1))
        channel[:] = np.concatenate([[0.0], channel])[np.maximum.accumulate(seen)]
    return values


def window_size(values: np.ndarray, train_end: int) -> int:
    """Return the points of a window: the period of the first channel in training, at most a third of that."""
    return max(1, min(find_period(values[:train_end, 0]), train_end // 3))


def slices(values: np.ndarray, size: int) -> np.ndarray:
    """Return every window as a row (n - w + 1, w C)."""
    views = np.lib.stride_tricks.sliding_window_view(values, size, axis=0)  # (n - w + 1, C, w)
    return views.reshape(len(views), -1)


def standardised(windows: np.ndarray, known: int) -> np.ndarray:
    """Return windows (m, D) with columns of mean 0 and deviation 1 in the first `known`."""
    mean, spread = windows[:known].mean(axis=0), windows[:known].std(axis=0)
    return (windows - mean) / np.where(spread < _LEAST_SPREAD, 1, spread)


def shapes(values: np.ndarray, size: int, train_end: int) -> np.ndarray:
    """Return windows as TSB-AD compares them: of one channel each with mean 0 and deviation 1, so that its
    shape alone counts; of several channels with standardised columns."""
    windows = slices(values, size)
    if values.shape[1] > 1:
        return standardised(windows, train_end - size + 1)
    spread = windows.std(axis=1, keepdims=True)
    return (windows - windows.mean(axis=1, keepdims=True)) / np.where(spread < _LEAST_SPREAD, 1, spread)


def from_windows(scores: np.ndarray, size: int) -> np.ndarray:
    """Return scores of points (n,) from those of the windows that end at them (n - w + 1,)."""
    return np.concatenate([np.full(size - 1, np.nan), scores])


def _spread(rows: np.ndarray, most: int) -> np.ndarray:
    """Return at most so many rows, evenly spread."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(int)]

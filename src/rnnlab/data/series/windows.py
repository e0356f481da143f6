"""Windows of series as indices into joined arrays: which there are, and their values as one batch. numpy.

S series, N points of all, B windows, L input steps, H horizon, C targets, P past and K known covariates,
A static features.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided


class SeriesArrays(NamedTuple):
    """The points of all series as a network reads them, joined end to end.

    Attributes:
        values: (N, C) float32 scaled targets, 0 where missing; observed: (N, C) bool.
        past, known: (N, P), (N, K) float32 standardised covariates, 0 where missing; `known` ends with the
            features of the calendar.
        gap: (N,) float32, log(1 + median steps since the point before); 0 on a regular grid.
        static: (S, A) float32 standardised. starts: (S + 1,).
        numbers: (S,) int64 number of each series in training, -1 for one that was not there.
    """

    values: np.ndarray
    observed: np.ndarray
    past: np.ndarray
    known: np.ndarray
    gap: np.ndarray
    static: np.ndarray
    starts: np.ndarray
    numbers: np.ndarray


class WindowArrays(NamedTuple):
    """A batch of windows; the fields of `rnnlab.data.series.batch.SeriesBatch` as arrays."""

    values: np.ndarray
    observed: np.ndarray
    past: np.ndarray
    known: np.ndarray
    future: np.ndarray
    static: np.ndarray
    gap: np.ndarray
    series: np.ndarray
    lengths: np.ndarray
    target: np.ndarray
    target_observed: np.ndarray
    rows: np.ndarray


def window_arrays(
    arrays: SeriesArrays,
    series: np.ndarray,
    origins: np.ndarray,
    rows: np.ndarray,
    input_length: int,
    horizon: int,
) -> WindowArrays:
    """Gather windows; inputs end before the origin, are padded on the right, and begin with their series.

    Args:
        series: (B,) rows of `arrays.starts`. origins: (B,) index of each window's first target point; all
            its target points must be in the arrays.
        rows: (B,) numbers for the batch.
    """
    lengths = np.minimum(input_length, origins - arrays.starts[series])
    before = InputCut(origins - lengths, lengths, input_length)
    return WindowArrays(
        values=before(arrays.values),
        observed=before(arrays.observed),
        past=before(arrays.past),
        known=before(arrays.known),
        future=stretches(arrays.known, origins, horizon),
        static=arrays.static[series],
        gap=before(arrays.gap),
        series=arrays.numbers[series],
        lengths=lengths,
        target=stretches(arrays.values, origins, horizon),
        target_observed=stretches(arrays.observed, origins, horizon),
        rows=rows,
    )


class InputCut(NamedTuple):
    """Cuts the inputs of B windows out of an array of points, padded with 0 on the right.

    Attributes:
        begins, lengths: (B,) first point and number of points of each window. most: the padded length.
    """

    begins: np.ndarray
    lengths: np.ndarray
    most: int

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return (B, most, ...) of points (N, ...)."""
        full = self.lengths == self.most
        if full.all():
            return stretches(points, self.begins, self.most)
        found = np.zeros((len(full), self.most, *points.shape[1:]), dtype=points.dtype)
        if full.any():
            found[full] = stretches(points, self.begins[full], self.most)
        short = np.flatnonzero(~full)
        ends = self.begins + self.lengths
        for row, begin, end in zip(
            short.tolist(), self.begins[short].tolist(), ends[short].tolist(), strict=True
        ):
            found[row, : end - begin] = points[begin:end]
        return found


def stretches(points: np.ndarray, begins: np.ndarray, length: int) -> np.ndarray:
    """Return the stretches (B, length, ...) of points (N, ...) that begin at `begins` (B,).

    Each is one copy of memory, which is far faster than an index of every point.

    Raises:
        IndexError: a stretch is not within the points.
    """
    room = len(points) - length + 1
    if len(begins) and (room < 1 or begins.min() < 0 or begins.max() >= room):
        raise IndexError(f"a stretch of {length} points does not fit into {len(points)}")
    if not len(begins) or 0 in points.shape[1:]:
        return np.zeros((len(begins), length, *points.shape[1:]), dtype=points.dtype)
    shape, strides = (room, length, *points.shape[1:]), (points.strides[0], *points.strides)
    # checked above; a view of overlapping windows that is only read
    return as_strided(np.asarray(points), shape, strides, writeable=False)[begins]


class Origins(NamedTuple):
    """Windows of a split, in the order of series and of time.

    Attributes:
        series, origins: (W,) number of each window's series, and the index of its first target point.
    """

    series: np.ndarray
    origins: np.ndarray


def find_origins(
    bounds: np.ndarray, starts: np.ndarray, min_length: int, horizon: int, stride: int = 1
) -> Origins:
    """Return the windows whose whole horizon lies in the bounds and that have `min_length` points before.

    Args:
        bounds: (S, 2) range [begin, end) of the points that targets may lie in. starts: (S + 1,).
        stride: steps between neighbouring windows of a series, counted from the last one.
    """
    first = np.maximum(bounds[:, 0], starts[:-1] + min_length)
    last = bounds[:, 1] - horizon
    counts = np.maximum((last - first) // stride + 1, 0)
    series = np.repeat(np.arange(len(counts)), counts)
    places = np.arange(len(series)) - np.repeat(np.cumsum(counts) - counts, counts)  # 0, 1, ... in a series
    begin = last - (counts - 1) * stride  # so that the latest window, the most like the test, is there
    return Origins(series, np.repeat(begin, counts) + places * stride)


def with_targets(found: Origins, observed: np.ndarray, horizon: int) -> Origins:
    """Return the windows with at least one observed target.

    Args:
        observed: (N, C) bool.
    """
    if observed.all():
        return found
    counts = np.concatenate([[0], np.cumsum(observed.any(axis=1))])
    kept = counts[found.origins + horizon] > counts[found.origins]
    return Origins(found.series[kept], found.origins[kept])

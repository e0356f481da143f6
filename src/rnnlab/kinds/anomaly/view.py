"""Rows of anomaly detection: chunks of the training part, and whole series to score.

B rows, T times, F features of a step, C channels, S series.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnlab.data.padded_batches import rectangle
from rnnlab.data.row_data import RowSet
from rnnlab.errors import SettingError
from rnnlab.kinds.anomaly.inputs import steps_of


class SeriesChunks(NamedTuple):
    """A batch. Labels of anomalies are not in it: nothing learns from them.

    Attributes:
        inputs: (B, T, F) steps, right-padded; see `rnnlab.kinds.anomaly.inputs`.
        lengths: (B,) real times; begins: (B,) the first time of the row's own split.
        rows: (B,) numbers in the split.
    """

    inputs: Tensor
    lengths: Tensor
    begins: Tensor
    rows: Tensor


class SeriesRows(RowSet):
    """Rows of consecutive points in joined arrays.

    Attributes:
        starts, ends: (N,) of the points of each row, in the joined arrays.
        begins: (N,) the first point of the row's own split, counted from the row's start.
        series: (N,) number of the row's series.

    Args:
        arrays: scaled points of all series, see `rnnlab.data.series.windows.SeriesArrays`.
    """

    def __init__(
        self, arrays: Any, starts: np.ndarray, ends: np.ndarray, begins: np.ndarray, series: np.ndarray
    ) -> None:
        self.arrays, self.starts, self.ends = arrays, starts, ends
        self.begins, self.series, self.lengths = begins, series, ends - starts

    def __getitem__(self, rows: Any) -> SeriesChunks:
        index = np.asarray(rows)
        padded = rectangle([self.steps(row) for row in index.tolist()], "post")
        parts = (padded, self.lengths[index], self.begins[index], index)
        return SeriesChunks(*map(torch.from_numpy, parts))

    def steps(self, row: int) -> np.ndarray:
        """Return the input steps (T, F) of a row."""
        return steps_of(self.arrays, int(self.starts[row]), int(self.ends[row]))


class SeriesView:
    """Makes the rows of each split from data of series, as `data.read_as` takes it.

    Args:
        chunk: times of a training row; rows overlap by half of it.
        least: times that a training row needs, so that there is something to learn.
    """

    def __init__(self, chunk: int, least: int) -> None:
        self.chunk, self.least = chunk, least

    def __call__(self, data: Any) -> dict[str, RowSet]:
        bounds, first = data.bounds, np.asarray(data.table.starts[:-1])
        rows: dict[str, RowSet] = {"train": self.chunks(data.arrays, np.asarray(bounds["train"]))}
        for split in ("validation", "test"):
            rows[split] = whole(data.arrays, first, np.asarray(bounds[split]))
        if not len(rows["validation"]):
            rule = "leaves no point of any series to choose thresholds on"
            raise SettingError("data.split.validation", "0", rule)
        return rows

    def chunks(self, arrays: Any, bounds: np.ndarray) -> SeriesRows:
        """Return overlapping chunks of the training part of each series that have an observed value."""
        starts, ends, series = [], [], []
        for number, (begin, end) in enumerate(bounds.tolist()):
            size = min(self.chunk, end - begin)
            if size < self.least:
                continue
            own = {*range(begin, end - size + 1, max(size // 2, 1)), end - size}
            for start in sorted(own):
                if arrays.observed[start : start + size].any():
                    starts.append(start)
                    ends.append(start + size)
                    series.append(number)
        if not starts:
            rule = f"no series has the {self.least} training points that a row needs"
            raise SettingError("task.chunk", self.chunk, rule)
        found = [np.array(part, dtype=np.int64) for part in (starts, ends, series)]
        return SeriesRows(arrays, found[0], found[1], np.zeros_like(found[0]), found[2])


def whole(arrays: Any, first: np.ndarray, bounds: np.ndarray) -> SeriesRows:
    """Return a row for each series with points in the split: its points from the first to the split's end."""
    series = np.flatnonzero(bounds[:, 1] > bounds[:, 0])
    starts, ends = first[series], bounds[series, 1]
    return SeriesRows(arrays, starts, ends, bounds[series, 0] - starts, series)

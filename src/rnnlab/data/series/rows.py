"""The rows of forecasting data: every window of a split, gathered a batch at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from rnnlab.data.limited import draw
from rnnlab.data.row_data import RowSet
from rnnlab.data.series.batch import SeriesBatch
from rnnlab.data.series.prepare_input import PreparedSeries
from rnnlab.data.series.settings import PARTS
from rnnlab.data.series.table import SeriesTable
from rnnlab.data.series.windows import Origins, find_origins, stretches, with_targets
from rnnlab.errors import SettingError

TRAIN, VALIDATION, TEST = PARTS


class WindowRows(RowSet):
    """W windows: `rows[[3, 1, 4]]` is a `SeriesBatch`.

    Attributes:
        series, origins: (W,) see `Origins`. lengths: (W,) input steps.
    """

    def __init__(self, prepared: PreparedSeries, found: Origins, input_length: int, horizon: int) -> None:
        self.prepared, self.series, self.origins = prepared, found.series, found.origins
        self.input_length, self.horizon = input_length, horizon
        room = found.origins - prepared.arrays.starts[found.series]
        full = not len(room) or int(room.min()) >= input_length
        steps = np.int64(input_length)
        # without short windows a view of one number: windows may be ten millions
        self.lengths = np.broadcast_to(steps, room.shape) if full else np.minimum(room, steps)

    def __getitem__(self, rows: Sequence[int]) -> SeriesBatch:
        index = np.asarray(rows, dtype=np.int64)
        found = self.prepared.windows(
            self.series[index], self.origins[index], self.input_length, self.horizon, index
        )
        return SeriesBatch.of(found)

    def labels(self, rows: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        """Return targets (B, H, C) of rows in data units, NaN where missing; of all rows without `rows`."""
        origins = self.origins if rows is None else self.origins[np.asarray(rows)]
        return stretches(self.prepared.table.values, origins, self.horizon)


class WindowInputs(Sequence[Mapping[str, Any]]):
    """Inputs of windows as plain values, made when they are asked for: series, start, values (L, C)."""

    def __init__(self, rows: WindowRows) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        rows, table = self.rows, self.rows.prepared.table
        origin, length = int(rows.origins[row]), int(rows.lengths[row])
        values = table.values[origin - length : origin]
        return {
            "series": table.names[int(rows.series[row])],
            "start": int(table.times[origin - length]),
            "values": [[None if np.isnan(x) else float(x) for x in point] for point in values],
        }


class SplitSeries(Protocol):
    """The attributes of a prepared `SeriesData` that windows are made of."""

    table: SeriesTable
    ends: np.ndarray
    bounds: dict[str, np.ndarray]
    prepared: PreparedSeries
    provenance: dict[str, Any]
    horizon: int
    input_length: int
    min_length: int | None
    stride: int
    test_stride: int

    @property
    def fewest(self) -> int: ...

    @property
    def shown_split(self) -> str: ...


class ForecastWindows:
    """The view of series as windows to forecast from: `SeriesData.read_as(ForecastWindows())`.

    Train has the windows with a whole horizon in the training range and at least one observed target, every
    `data.stride` steps. Validation and test have every window whose whole horizon lies in the part
    (`data.test_stride`); inputs may reach back into earlier parts. Without a test part, validation is tested.

    Args:
        validation_windows: most windows of the validation part, evenly spread; None reads all.
    """

    def __init__(self, validation_windows: int | None = None) -> None:
        self.validation_windows = validation_windows

    def __call__(self, data: SplitSeries) -> dict[str, RowSet]:
        """Return the rows of each part.

        Raises:
            SettingError: a part has no window, or a series has none at all; says how many points are needed.
        """
        prepared, starts = data.prepared, data.table.starts
        check_lengths(data)
        rows: dict[str, RowSet] = {}
        for part in PARTS:
            bounds = data.bounds[part]
            stride = data.stride if part == TRAIN else data.test_stride
            found = find_origins(bounds, starts, data.fewest, data.horizon, stride)
            if part == TRAIN:
                found = with_targets(found, prepared.arrays.observed, data.horizon)
                data.provenance["notes"] += untrained(found, data.table.names)
            if part == TEST and data.provenance["tested"] != TEST:
                found = find_origins(data.bounds[VALIDATION], starts, data.fewest, data.horizon, stride)
            if not len(found.series):
                raise no_window(part, data, bounds)
            most = self.validation_windows
            if part == VALIDATION and most is not None and most < len(found.series):
                kept = draw(len(found.series), most, 0)
                found = Origins(found.series[kept], found.origins[kept])
            rows[part] = WindowRows(prepared, found, data.input_length, data.horizon)
        return rows


def check_lengths(data: SplitSeries) -> None:
    """Refuse series among others that are too short for a single window.

    Raises:
        SettingError: names the first of them, and how many points it needs.
    """
    points, needed = data.ends - data.table.starts[:-1], data.fewest + data.horizon
    short = np.flatnonzero(points < needed)
    if not len(short) or len(short) == len(points):  # of all of them, a part without a window says more
        return
    first, setting = short[0], "data.min_length" if data.min_length else "data.input_length"
    rule = (
        f"a window needs {needed} points with data.horizon={data.horizon}, and series "
        f"{data.table.names[first]} has {points[first]} ({len(short):,} of {len(points):,} series are too "
        f"short): choose a smaller data.min_length, or leave them out"
    )
    raise SettingError(setting, data.fewest, rule)


def untrained(found: Origins, names: Sequence[str]) -> list[str]:
    """Return a sentence on series without a training window, if there are some."""
    lacking = sorted(set(range(len(names))) - set(np.unique(found.series).tolist()))
    if not lacking or not len(found.series):
        return []
    return [f"{len(lacking):,} of {len(names):,} series have no training window, such as {names[lacking[0]]}"]


def no_window(part: str, data: SplitSeries, bounds: np.ndarray) -> SettingError:
    """Return the error of a part without a window: how many points it has, and how many it needs."""
    sizes = bounds[:, 1] - bounds[:, 0]
    longest = int(sizes.argmax())
    name, points, horizon = data.table.names[longest], int(sizes[longest]), data.horizon
    whole = int((data.ends - data.table.starts[:-1])[longest])
    which = f"the longest of {len(sizes):,} series, {name}," if len(sizes) > 1 else "the series"
    if part == TRAIN:
        reads = "data.min_length" if data.min_length else "data.input_length"
        needed = f"{data.fewest + horizon} ({reads} {data.fewest} + data.horizon {horizon})"
    else:
        needed = f"{horizon} (data.horizon), after {data.fewest} earlier ones"
    rule = f"leaves no window in {part}: {which} has {points} of {whole} points there, and needs {needed}"
    setting = "data.split" if whole >= data.fewest + 3 * horizon else "data.horizon"
    return SettingError(setting, data.shown_split if setting == "data.split" else horizon, rule)

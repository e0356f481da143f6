"""Series continued by the points to forecast: their times, and the future of known covariates. numpy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnnlab.data.series.alignment import time_text
from rnnlab.data.series.frequency import Frequency, next_times
from rnnlab.data.series.table import Columns, SeriesTable
from rnnlab.errors import SettingError


def continued(table: SeriesTable, ends: np.ndarray, steps: int, median_step: float | None) -> SeriesTable:
    """Return the series, each with exactly `steps` points after the end of its history.

    Args:
        ends: (S,) end of each series' history; later points give the future of known covariates.
        median_step: nanoseconds between new points of irregular series; None on a regular grid.

    Raises:
        SettingError: a known covariate lacks its future; names column, series and time.
    """
    parts: dict[str, list[np.ndarray]] = {"times": [], "values": [], "past": [], "known": []}
    for series, (start, end) in enumerate(zip(table.starts[:-1].tolist(), ends.tolist(), strict=True)):
        there = min(int(table.starts[series + 1]) - end, steps)  # rows of the future
        ahead = later_times(table.times[start : end + there], steps - there, table.frequency, median_step)
        future = table.known[end : end + there]
        known = np.concatenate([future, np.full((steps - there, future.shape[1]), np.nan, np.float32)])
        times = np.concatenate([table.times[end : end + there], ahead])
        _check_future(table, series, known, times)
        empty = {"values": table.values, "past": table.past}
        for name, array in empty.items():
            parts[name] += [array[start:end], np.full((steps, array.shape[1]), np.nan, np.float32)]
        parts["known"] += [table.known[start:end], known]
        parts["times"] += [table.times[start:end], times]
    counts = ends - table.starts[:-1] + steps
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    whole = {name: np.concatenate(pieces) for name, pieces in parts.items()}
    table = table._replace(times=whole["times"], values=whole["values"], past=whole["past"])
    return table._replace(known=whole["known"], starts=starts, labels=None)


def later_times(
    times: np.ndarray, number: int, frequency: Frequency, median_step: float | None
) -> np.ndarray:
    """Return the `number` times after the last of `times` (n,)."""
    if not number:
        return np.zeros(0, dtype=np.int64)
    if median_step is None:
        return next_times(int(times[-1]), number, frequency)
    return times[-1] + np.round(np.arange(1, number + 1) * median_step).astype(np.int64)


def _check_future(table: SeriesTable, series: int, known: np.ndarray, times: np.ndarray) -> None:
    """Require known covariates (H, K) at all times (H,) to forecast."""
    lacking = np.isnan(known)
    if lacking.any():
        step, column = (int(places[0]) for places in np.nonzero(lacking))
        when, last = (time_text(int(time), table.frequency) for time in (times[step], times[-1]))
        rule = (
            f"a known covariate needs its future: series {table.names[series]} has no value at {when}, "
            f"and the forecast reaches {last}"
        )
        raise SettingError("known", table.columns.known[column], rule)


class RawSeries(NamedTuple):
    """One series as a request has it.

    Attributes:
        times: (n + f,) int64, as of a `SeriesTable`; f future points with known covariates, or 0.
        values: (n, C), NaN where missing; past: (n, P) or None where there are none.
        known: (n + f, K) or None; static: values by name, of categories as `region=North: 1`.
    """

    times: np.ndarray
    values: np.ndarray
    past: np.ndarray | None = None
    known: np.ndarray | None = None
    static: Mapping[str, float] = MappingProxyType({})
    name: str = ""


def joined(series: Sequence[RawSeries], columns: Columns, frequency: Frequency) -> SeriesTable:
    """Return the series as a table, of the columns and the frequency of a training."""
    points = [len(one.times) for one in series]

    def column(arrays: Sequence[np.ndarray | None], width: int) -> np.ndarray:
        whole = np.full((sum(points), width), np.nan, dtype=np.float32)
        for start, array in zip(np.cumsum([0, *points]).tolist(), arrays, strict=False):
            if array is not None:
                whole[start : start + len(array)] = array
        return whole

    return SeriesTable(
        times=np.concatenate([one.times for one in series]).astype(np.int64),
        values=column([one.values for one in series], len(columns.targets)),
        past=column([one.past for one in series], len(columns.past)),
        known=column([one.known for one in series], len(columns.known)),
        static=np.array(
            [[one.static.get(name, np.nan) for name in columns.static] for one in series], dtype=np.float32
        ).reshape(len(series), len(columns.static)),
        starts=np.concatenate([[0], np.cumsum(points)]).astype(np.int64),
        names=tuple(one.name for one in series),
        columns=columns,
        frequency=frequency,
    )

"""From raw series to windows, the same in training, prediction, service and exported runtime. numpy only.

S series, N points of all, C targets, P past and K known covariates, A static features, H horizon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.series.alignment import align, check_values
from rnnlab.data.series.calendar import Fourier, calendar_features
from rnnlab.data.series.continued import RawSeries, continued, joined
from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.large_arrays import pieces, room_for
from rnnlab.data.series.prepared_series import PreparedSeries
from rnnlab.data.series.scaling import ColumnScaler, Scaler
from rnnlab.data.series.splits import history_ends
from rnnlab.data.series.table import Columns, SeriesTable
from rnnlab.data.series.windows import SeriesArrays, WindowArrays
from rnnlab.errors import SettingError


@dataclass(frozen=True)
class SeriesReader:
    """All that turns raw series into the windows of a trained network.

    Attributes:
        frequency, columns: of the training data, `columns.known` without the calendar.
        calendar, fourier: features of the time; see `rnnlab.data.series.calendar`.
        names: of the S series of the training; static: (S, A) their raw static features.
        scaler: of their targets; past, known, fixed: scalers of past, known and static covariates.
        median_step: nanoseconds between the points of irregular series in training; None on a regular grid.
        input_length, min_length: most and fewest points that a window reads; horizon: steps ahead.
    """

    frequency: Frequency
    columns: Columns
    calendar: tuple[str, ...]
    fourier: Fourier
    names: tuple[str, ...]
    static: np.ndarray
    scaler: Scaler
    past: ColumnScaler
    known: ColumnScaler
    fixed: ColumnScaler
    median_step: float | None
    input_length: int
    min_length: int
    horizon: int

    def joined(self, series: Sequence[RawSeries]) -> SeriesTable:
        """Return the series of a request as a table."""
        return joined(series, self.columns, self.frequency)

    def prepare(self, table: SeriesTable, ends: np.ndarray | None = None) -> PreparedSeries:
        """Return series of a file or a request, scaled; one that training did not see by its own history.

        Args:
            ends: (S,) end of the points that such a series is scaled by; None takes all.

        Raises:
            SettingError: a column is missing, the frequency is another one, or a value is impossible.
        """
        table = align(table, self.columns, self.frequency)
        check_values(table, self.scaler.kind)
        numbers = {name: number for number, name in enumerate(self.names)}
        found = np.array([numbers.get(name, -1) for name in table.names], dtype=np.int64)
        unseen = np.flatnonzero(found < 0)
        notes = [
            f"series {table.names[s]} was not in training: scaled by its own history" for s in unseen[:3]
        ]
        if len(unseen) > len(notes):
            notes.append(f"and {len(unseen) - len(notes):,} more series that were not in training")
        static = np.array(table.static, dtype=np.float32)
        for row in np.flatnonzero(found >= 0).tolist():
            lacking = np.isnan(static[row])
            static[row, lacking] = self.static[found[row], lacking]
        scaler = self._scaler_of(table, found, table.starts[1:] if ends is None else ends)
        arrays = self.arrays(table._replace(static=static), scaler, found)
        return PreparedSeries(table, arrays, scaler, tuple(notes))

    def latest(self, table: SeriesTable, horizon: int | None = None) -> tuple[PreparedSeries, WindowArrays]:
        """Return one window of each series, right after its last observed target.

        The prepared table has `horizon` points more than the history; its last points are those to forecast.

        Args:
            horizon: steps ahead; None takes that of the training.

        Raises:
            SettingError: as of `prepare`; or a series has too few points, or a known covariate no future.
        """
        steps = self.horizon if horizon is None else horizon
        table = align(table, self.columns, self.frequency)
        ends = history_ends(table.values, table.starts)
        for name, points in zip(table.names, (ends - table.starts[:-1]).tolist(), strict=True):
            if points < self.min_length:
                rule = f"has {points} points up to its last value; the model needs {self.min_length}"
                raise SettingError("series", name, rule)
        prepared = self.prepare(continued(table, ends, steps, self.median_step))
        series = np.arange(len(table.names))
        origins = prepared.table.starts[1:] - steps
        return prepared, prepared.windows(series, origins, self.input_length, steps)

    def arrays(
        self, table: SeriesTable, scaler: Scaler, numbers: np.ndarray, folder: Path | None = None
    ) -> SeriesArrays:
        """Return the scaled points of aligned series.

        Args:
            scaler: of these series. numbers: (S,) see `SeriesArrays`.
            folder: where arrays that are too large for memory go; None keeps them there.
        """
        count, columns = table.values.shape
        values = room_for((count, columns), np.float32, folder)
        observed = room_for((count, columns), bool, folder)
        past = room_for(table.past.shape, np.float32, folder)
        width = table.known.shape[1] + 2 * (len(self.calendar) + sum(order for _, order in self.fourier))
        known = room_for((count, width), np.float32, folder)
        for series, begin, end in pieces(table.starts, max(columns, past.shape[1], width)):
            raw = table.values[begin:end]
            observed[begin:end] = ~np.isnan(raw)
            values[begin:end] = np.nan_to_num(scaler.apply(raw, series), copy=False, nan=0.0)
            past[begin:end] = self.past.apply(table.past[begin:end])
            known[begin:end] = self.known_features(table.times[begin:end], table.known[begin:end])
        gap = self._gaps(table)
        static = self.fixed.apply(table.static)
        return SeriesArrays(values, observed, past, known, gap, static, table.starts, numbers)

    def known_features(self, times: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Return (n, K) float32 of times (n,) and known covariates of a file (n, K0)."""
        features = calendar_features(times, self.frequency, self.calendar, self.fourier)
        return np.concatenate([self.known.apply(known), features], axis=1)

    def _gaps(self, table: SeriesTable) -> np.ndarray:
        if self.median_step is None:
            return np.broadcast_to(np.float32(0), (len(table.times),))
        steps = np.diff(table.times, prepend=table.times[:1]) / self.median_step
        steps[table.starts[:-1]] = 0.0
        return np.log1p(steps).astype(np.float32)

    def _scaler_of(self, table: SeriesTable, numbers: np.ndarray, ends: np.ndarray) -> Scaler:
        if not len(numbers) or (numbers >= 0).all():
            return Scaler(self.scaler.kind, self.scaler.loc[numbers], self.scaler.scale[numbers])
        own = Scaler(self.scaler.kind).fit(table.values, table.starts[:-1], ends)
        known = (numbers >= 0)[:, None]
        loc = np.where(known, self.scaler.loc[numbers], own.loc)
        return Scaler(self.scaler.kind, loc, np.where(known, self.scaler.scale[numbers], own.scale))

    def to_json(self) -> dict[str, Any]:
        """Return plain values, from which `from_json` makes the same reader."""
        scalers = {name: getattr(self, name).to_json() for name in ("scaler", "past", "known", "fixed")}
        static = [[None if np.isnan(x) else float(x) for x in row] for row in self.static]
        columns = {role: list(names) for role, names in self.columns._asdict().items()}
        plain = {"calendar": list(self.calendar), "fourier": [list(pair) for pair in self.fourier]}
        sizes = {
            name: getattr(self, name) for name in ("input_length", "min_length", "horizon", "median_step")
        }
        frequency = self.frequency.to_json()
        return {"frequency": frequency, "columns": columns, "names": list(self.names)} | (
            plain | sizes | scalers | {"static": static}
        )

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> SeriesReader:
        """Return the reader of `to_json`."""
        columns = Columns(**{role: tuple(names) for role, names in saved["columns"].items()})
        static = np.array([[np.nan if x is None else x for x in row] for row in saved["static"]], np.float32)
        return cls(
            frequency=Frequency.from_json(saved["frequency"]),
            columns=columns,
            calendar=tuple(saved["calendar"]),
            fourier=tuple((pair[0], int(pair[1])) for pair in saved["fourier"]),
            names=tuple(saved["names"]),
            static=static.reshape(len(saved["names"]), len(columns.static)),
            scaler=Scaler.from_json(saved["scaler"]),
            past=ColumnScaler.from_json(saved["past"]),
            known=ColumnScaler.from_json(saved["known"]),
            fixed=ColumnScaler.from_json(saved["fixed"]),
            median_step=saved["median_step"],
            input_length=saved["input_length"],
            min_length=saved["min_length"],
            horizon=saved["horizon"],
        )

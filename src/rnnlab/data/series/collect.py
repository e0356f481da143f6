"""Collects the points of files in the order of their rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnlab.data.file_format import AUTO, Asked
from rnnlab.data.series.cells import Categories, numbers_of
from rnnlab.data.series.column_roles import Roles, roles_of
from rnnlab.data.series.covariates import Covariate, StaticCovariate
from rnnlab.data.series.file_columns import Chunk, ColumnFile
from rnnlab.data.series.source import SeriesSource
from rnnlab.data.series.table import Columns
from rnnlab.data.series.times import STEPS, times_of
from rnnlab.errors import SettingError

FILES = {"train": "data.path", "test": "data.test_path"}
VALUE = "value"  # the target of a layout in which columns are series


class Points(NamedTuple):
    """N points in the order of the files.

    Attributes:
        times: (N,) int64; see `rnnlab.data.series.times.Times`. kind: what they are, as there.
        series: (N,) int32, numbers of the series, in the order of their first appearance.
        values, past, known: (N, columns) float32, NaN where missing. labels: (N,) int8 or None.
        static: (S, A) float32. names: of the S series.
    """

    times: np.ndarray
    kind: str
    series: np.ndarray
    values: np.ndarray
    past: np.ndarray
    known: np.ndarray
    labels: np.ndarray | None
    static: np.ndarray
    names: tuple[str, ...]
    columns: Columns


class Collector:
    """Takes chunks of files; `points` are all that it took."""

    def __init__(self, roles: Roles, source: SeriesSource, trained: Columns | None) -> None:
        self.roles, self.source = roles, source
        self.series = Categories()
        given = trained or Columns(())
        known, past, static = (
            (None if trained is None else one) for one in (given.known, given.past, given.static)
        )
        self.past = [Covariate(name, "past", past) for name in roles.past]
        self.known = [Covariate(name, "known", known) for name in roles.known]
        self.static = [StaticCovariate(name, static) for name in roles.static]
        self.kind, self.count = "", 0
        self.times, self.codes, self.values, self.labels = (list[np.ndarray]() for _ in range(4))

    def add(self, chunk: Chunk, path: Path) -> None:
        """Take the rows of a chunk; raises SettingError for a cell that cannot be read."""
        first, cells, roles = chunk.first, chunk.columns, self.roles
        rows = len(next(iter(cells.values())))
        if roles.time is None:
            self.times.append(np.arange(self.count, self.count + rows, dtype=np.int64))
            self.kind = STEPS
        else:
            found = times_of(cells[roles.time], self.source.time_format, roles.time, first, path)
            if self.kind not in ("", found.kind):
                rule = f"row {first} of {path.name} begins {found.kind}, after {self.kind}"
                raise SettingError("data.time", roles.time, rule)
            self.kind = found.kind
            self.times.append(found.values)
        codes = np.zeros(rows, dtype=np.int32) if roles.series is None else self._series(chunk, path)
        self.codes.append(codes)
        columns = [numbers_of(cells[name], "data.target", name, first, path) for name in roles.targets]
        self.values.append(np.stack(columns, axis=1))
        for covariate in (*self.past, *self.known):
            covariate.add(cells[covariate.name], first, path)
        names = self.series.names or (self.source.name,)
        for static in self.static:
            static.add_rows(cells[static.name], codes, names, first, path)
        if roles.label is not None:
            self.labels.append(
                _labels(numbers_of(cells[roles.label], "data.label", roles.label, first, path), chunk, path)
            )
        self.count += rows

    def _series(self, chunk: Chunk, path: Path) -> np.ndarray:
        assert self.roles.series is not None
        codes = self.series.codes(chunk.columns[self.roles.series])
        if (codes < 0).any():
            rule = f"row {chunk.first + int((codes < 0).argmax())} of {path.name} has no name of a series"
            raise SettingError("data.series", self.roles.series, rule)
        return codes

    def points(self) -> Points:
        """Return all points."""
        count = self.count
        past, known = (_beside([one.matrix() for one in part], count) for part in (self.past, self.known))
        static = _beside([one.matrix(one.of_series) for one in self.static], max(len(self.series.names), 1))
        named = [
            tuple(n for one in part for n in one.columns) for part in (self.past, self.known, self.static)
        ]
        return Points(
            np.concatenate(self.times),
            self.kind,
            np.concatenate(self.codes),
            np.concatenate(self.values),
            past,
            known,
            np.concatenate(self.labels) if self.labels else None,
            static,
            self.series.names or (self.source.name,),
            Columns(self.roles.targets, *named),
        )


def collect(
    files: Mapping[str, Path], source: SeriesSource, notes: list[str], trained: Columns | None = None
) -> Points:
    """Return the points of files in the layouts `long` and `wide`; the second file's rows follow the first's.

    Args:
        trained: the columns of training, so that categories have the same ones.

    Raises:
        SettingError: a cell that cannot be read, or a file without rows.
    """
    collector: Collector | None = None
    for split, path in files.items():
        asked = Asked(FILES[split])
        single = [one for one in (source.time, source.series, source.label) if one not in (None, AUTO)]
        wanted = [
            *map(str, single),
            *(source.target_columns or ()),
            *source.known,
            *source.past,
            *source.static,
        ]
        file = ColumnFile(path, source, asked, wanted, notes)
        if collector is None:
            collector = Collector(roles_of(file, source, notes), source, trained)
        file.check(collector.roles.columns, ["path"] * len(collector.roles.columns))
        before = collector.count
        for chunk in file.chunks(collector.roles.columns):
            collector.add(chunk, path)
        if collector.count == before:
            raise SettingError(asked.file, path, "the file has no rows")
    assert collector is not None
    points = collector.points()
    return _one_a_column(points) if source.layout == "wide" else points


def _one_a_column(points: Points) -> Points:
    """Return points of the layout `wide` as one series a column, each from its first value to its last."""
    names, count = points.columns.targets, len(points.times)
    last = count if points.columns.known else 0
    rows = []
    for place in range(len(names)):
        there = np.flatnonzero(~np.isnan(points.values[:, place]))
        # a column without values stays, so that it is refused by its name
        rows.append(np.arange(there[0], max(last, there[-1] + 1)) if len(there) else np.arange(count))
    index = np.concatenate(rows)
    series = np.repeat(np.arange(len(names), dtype=np.int32), [len(one) for one in rows])
    return points._replace(
        times=points.times[index],
        series=series,
        values=points.values[index, series][:, None],
        past=points.past[index],
        known=points.known[index],
        labels=None if points.labels is None else points.labels[index],
        static=np.zeros((len(names), 0), dtype=np.float32),
        names=names,
        columns=points.columns._replace(targets=(VALUE,)),
    )


def _labels(numbers: np.ndarray, chunk: Chunk, path: Path) -> np.ndarray:
    wrong = ~np.isin(numbers, (0, 1))
    if wrong.any():
        row = int(wrong.argmax())
        rule = f"row {chunk.first + row} of {path.name} has {numbers[row]:g}, and a label is 0 or 1"
        raise SettingError("data.label", next(iter(chunk.columns)), rule)
    return numbers.astype(np.int8)


def _beside(parts: list[np.ndarray], rows: int) -> np.ndarray:
    """Return matrices side by side, (rows, columns) float32."""
    return np.concatenate(parts, axis=1) if parts else np.zeros((rows, 0), dtype=np.float32)

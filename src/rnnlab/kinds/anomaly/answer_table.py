"""Scores of the series of a file, a row for each time. S series, T points of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.file_format import AUTO
from rnnlab.data.series.alignment import align
from rnnlab.data.series.read_series import read_series
from rnnlab.data.series.source import SeriesSource
from rnnlab.data.series.table import SeriesTable
from rnnlab.errors import SettingError
from rnnlab.kinds.anomaly.detector import SeriesDetector
from rnnlab.kinds.anomaly.points import shown
from rnnlab.kinds.table_answer import TableAnswer, TableFile

COLUMNS = ("series", "time", "score", "alarm", "blamed")
AT_ONCE = 4096  # rows


def answer_table(detector: SeriesDetector, source: SeriesSource, file: TableFile) -> TableAnswer:
    """Score every series of a file from its first point on.

    Args:
        source: how the file of the training was read.

    Raises:
        SettingError: the file cannot be read, its frequency or columns are others than in training, or a
            series that training did not see has too few points.
    """
    table = read_table(detector, source, file)
    notes = [*table.notes]
    unseen = [name for name in table.names if name not in detector.names]
    if unseen:
        few = ", ".join(unseen[:3]) + (", ..." if len(unseen) > 3 else "")
        notes.append(f"{len(unseen):,} series that training did not see, scaled by their first points: {few}")
    done = f"{len(table.times):,} points of {len(table.names):,} series scored"
    return TableAnswer(COLUMNS, lines(detector, table), done, notes)


def read_table(detector: SeriesDetector, source: SeriesSource, file: TableFile) -> SeriesTable:
    """Return the series of a file, in the columns of the training; see `answer_table`."""
    series = detector.detection.series
    table = read_series(source_of(source, file), columns=series.columns)
    table = align(table, series.columns, series.frequency)
    if len(table.names) == len(series.names) == 1:
        return table._replace(names=series.names)  # a file of one series has no name for it
    return table


def source_of(source: SeriesSource, file: TableFile) -> SeriesSource:
    """Return how a file is read: as that of the training was, in the format of its ending."""
    if not file.path.is_file():
        raise SettingError("--input", file.path, "must be a file: a table of series is read as a whole")
    typed = {"delimiter": file.form.delimiter, "encoding": file.form.encoding}
    changed: dict[str, Any] = {name: value for name, value in typed.items() if value != AUTO}
    changed |= {"path": str(file.path.absolute()), "test_path": None, "hub": None, "package": None}
    return replace(source, **changed, source="files", format=AUTO, max_file=file.form.max_file)


def saved_source(settings: Mapping[str, Any]) -> SeriesSource:
    """Return how the files of a finished run were read, from its settings of `data`."""
    folders = {"data_dir": None, "cache_dir": Path(settings.get("cache_dir") or ".cache")}
    known = {one.name for one in fields(SeriesSource)} - set(folders)
    return SeriesSource(**folders, **{name: settings[name] for name in known if name in settings})


def series_of(table: SeriesTable, number: int, end: int | None = None) -> SeriesTable:
    """Return one series as a table, up to the point `end` of all."""
    start, end = int(table.starts[number]), int(table.starts[number + 1]) if end is None else end
    own = {name: getattr(table, name)[start:end] for name in ("times", "values", "past", "known")}
    parts = {"static": table.static[number : number + 1], "starts": np.array([0, end - start])}
    return table._replace(**own, **parts, names=table.names[number : number + 1], labels=None)


def lines(detector: SeriesDetector, table: SeriesTable) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield rows of the output: series by series, time by time."""
    targets = detector.detection.series.columns.targets
    for number, name in enumerate(table.names):
        one = series_of(table, number)
        found = detector.score(one)
        for start in range(0, len(one.times), AT_ONCE):
            own = slice(start, start + AT_ONCE)
            parts = (one.times[own], found.scores[own], found.alarms[own], found.blamed[own])
            yield [
                {
                    "series": name,
                    "time": shown(int(time), table.frequency),
                    "score": None if np.isnan(score) else float(score),
                    "alarm": bool(alarm),
                    "blamed": "" if place < 0 else targets[place],
                }
                for time, score, alarm, place in zip(*parts, strict=True)
            ]

"""Scores of the series of a file, a row for each time. S series, T points of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.series.alignment import align
from rnnlab.data.series.input_source import input_source
from rnnlab.data.series.read_series import read_series
from rnnlab.data.series.table import SeriesTable
from rnnlab.kinds.anomaly.detector import SeriesDetector
from rnnlab.kinds.anomaly.points import shown
from rnnlab.kinds.table_answer import TableAnswer, TableFile

COLUMNS = ("series", "time", "score", "alarm", "blamed")
AT_ONCE = 4096  # rows


def answer_table(detector: SeriesDetector, settings: Mapping[str, Any], file: TableFile) -> TableAnswer:
    """Score every series of a file from its first point on.

    Args:
        settings: `data` of the run, which say how the file of the training was read.

    Raises:
        SettingError: the file cannot be read, its frequency or columns are others than in training, or a
            series that training did not see has too few points.
    """
    table = read_table(detector, settings, file)
    notes = [*table.notes]
    unseen = [name for name in table.names if name not in detector.names]
    if unseen:
        few = ", ".join(unseen[:3]) + (", ..." if len(unseen) > 3 else "")
        notes.append(f"{len(unseen):,} series that training did not see, scaled by their first points: {few}")
    done = f"{len(table.times):,} points of {len(table.names):,} series scored"
    return TableAnswer(COLUMNS, lines(detector, table), done, notes)


def read_table(
    detector: SeriesDetector, settings: Mapping[str, Any], file: TableFile, labelled: bool = False
) -> SeriesTable:
    """Return the series of a file, in the columns of the training; see `answer_table`.

    Args:
        labelled: read the labels as well, if there is a column of them.
    """
    series = detector.detection.series
    folder = Path(settings.get("cache_dir") or ".cache")
    source = input_source(settings, series.columns, file.path, file.form, folder)
    if labelled:
        source = replace(source, label=settings.get("label"))
    table = read_series(source, columns=series.columns, frequency=series.frequency)
    table = align(table, series.columns, series.frequency)
    if len(table.names) == len(series.names) == 1:
        return table._replace(names=series.names)  # a file of one series has no name for it
    return table


def series_of(table: SeriesTable, number: int, end: int | None = None) -> SeriesTable:
    """Return one series as a table, up to the point `end` of all."""
    start, end = int(table.starts[number]), int(table.starts[number + 1]) if end is None else end
    own = slice(start, end)
    return table._replace(
        times=table.times[own],
        values=table.values[own],
        past=table.past[own],
        known=table.known[own],
        static=table.static[number : number + 1],
        starts=np.array([0, end - start]),
        names=table.names[number : number + 1],
        labels=None,
    )


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

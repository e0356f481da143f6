"""Reads files in which each row is a whole series: its name and then its values, as those of M4."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnnlab.data.file_format import Asked
from rnnlab.data.series.cells import numbers_of
from rnnlab.data.series.collect import FILES, VALUE, Points
from rnnlab.data.series.file_columns import ColumnFile
from rnnlab.data.series.source import SeriesSource
from rnnlab.data.series.table import Columns
from rnnlab.data.series.times import STEPS
from rnnlab.errors import SettingError


def collect_rows(files: Mapping[str, Path], source: SeriesSource, notes: list[str]) -> Points:
    """Return the points of files of a series a row; values of the second file follow those of the first.

    Missing values at the end of a row are its padding, those between values are missing points.

    Raises:
        SettingError: a cell is no number, a name stands twice, or the files have other series.
    """
    parts: dict[str, list[np.ndarray]] = {}
    counts = []
    for number, (split, path) in enumerate(files.items()):
        found = _rows_of(path, source, Asked(FILES[split]), notes)
        if number and set(found) != set(parts):
            name = sorted(set(found) ^ set(parts))[0]
            where = "only one of its files" if name in parts else f"{path.name} alone"
            raise SettingError(FILES[split], path, f"has other series than data.path: {name} is in {where}")
        for name, values in found.items():
            parts.setdefault(name, []).append(values)
        counts.append({len(values) for values in found.values()})
    if len(counts) > 1:
        sizes = f"{min(counts[1]):,}" if len(counts[1]) == 1 else f"{min(counts[1]):,} to {max(counts[1]):,}"
        notes.append(f"the last {sizes} points of each series are those of {list(files.values())[1].name}")
    whole = [np.concatenate(one) for one in parts.values()]
    lengths = [len(one) for one in whole]
    values = np.concatenate(whole)[:, None]
    nothing = np.zeros((len(values), 0), dtype=np.float32)
    return Points(
        np.concatenate([np.arange(length, dtype=np.int64) for length in lengths]),
        STEPS,
        np.repeat(np.arange(len(parts), dtype=np.int32), lengths),
        values,
        nothing,
        nothing,
        None,
        np.zeros((len(parts), 0), dtype=np.float32),
        tuple(parts),
        Columns((VALUE,)),
    )


def _rows_of(path: Path, source: SeriesSource, asked: Asked, notes: list[str]) -> dict[str, np.ndarray]:
    """Return the values of each series, (n,) float32, without missing ones at the end."""
    file = ColumnFile(path, source, asked, (), notes)
    name, *columns = file.names
    if not columns:
        raise SettingError(
            asked.file, path, "has one column, and a row is the name of a series and its values"
        )
    found: dict[str, np.ndarray] = {}
    for chunk in file.chunks(file.names):
        cells = chunk.columns
        values = np.stack([numbers_of(cells[c], asked.file, c, chunk.first, path) for c in columns], axis=1)
        there = ~np.isnan(values)  # (rows, longest)
        ends = np.where(there.any(axis=1), values.shape[1] - there[:, ::-1].argmax(axis=1), 0)
        for row, (series, end) in enumerate(zip(cells[name].to_pylist(), ends.tolist(), strict=True)):
            if series is None or str(series) in found:
                rule = "has no name of a series" if series is None else f"has the name {series} once more"
                raise SettingError(asked.file, path, f"row {chunk.first + row} {rule}")
            if not end:
                raise SettingError(
                    asked.file, path, f"row {chunk.first + row} has no values: {series} is empty"
                )
            found[str(series)] = values[row, :end]
    if not found:
        raise SettingError(asked.file, path, "the file has no rows")
    return found

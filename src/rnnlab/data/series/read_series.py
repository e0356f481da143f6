"""Reads series from their files into a table, which the cache keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.cache import key_of
from rnnlab.data.file_hashes import file_hashes
from rnnlab.data.series.collect import Points, collect
from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.grid import on_grid, starts_of_points
from rnnlab.data.series.order import ordered
from rnnlab.data.series.row_series import collect_rows
from rnnlab.data.series.source import SeriesSource, find_files
from rnnlab.data.series.stored_table import VERSION, open_table, store_table
from rnnlab.data.series.table import Columns, SeriesTable
from rnnlab.data.source import ResolvedFiles
from rnnlab.errors import SettingError

PLACES = ("path", "test_path", "hub", "package", "source", "data_dir", "cache_dir")  # not what is read there
LISTED = 5  # names in a message


def read_series(
    source: SeriesSource,
    found: ResolvedFiles | None = None,
    columns: Columns | None = None,
    frequency: Frequency | None = None,
) -> SeriesTable:
    """Return the table of the series of a source, its arrays memory-mapped from the cache.

    Args:
        found: the files, if `find_files` has found them before.
        columns: those of training, so that categories become the same columns.
        frequency: that of training, which few points could not show; another one is inferred if the points
            are not that far apart.

    Raises:
        SettingError: no source is in reach, or a file cannot be read as these settings say.
    """
    found = found or find_files(source)
    source = settings_of(source, found)
    kept: dict[str, Any] = {name: value for name, value in asdict(source).items() if name not in PLACES}
    trained = [None if one is None else one._asdict() for one in (columns, frequency)]
    hashes = file_hashes(found.files, Path(source.cache_dir))
    key = key_of({"files": hashes, "settings": kept, "trained": trained, "series": VERSION})
    folder = Path(source.cache_dir) / "series" / f"{source.name}-{key[:16]}"
    stored = open_table(folder)
    if stored is not None:
        return stored
    table = table_of(found.files, source, columns, frequency)
    store_table(folder, table)
    return open_table(folder) or table


def settings_of(source: SeriesSource, found: ResolvedFiles) -> SeriesSource:
    """Return the settings for the files that were found: those of a package may replace some."""
    own = (source.package or {}).get("settings") if found.source == "package" else None
    if not own:
        return source
    assert isinstance(own, Mapping)
    return replace(source, **own)


def table_of(
    files: Mapping[str, Path],
    source: SeriesSource,
    trained: Columns | None = None,
    frequency: Frequency | None = None,
) -> SeriesTable:
    """Read files into a table; see `read_series`."""
    notes: list[str] = []
    rows = source.layout == "rows"
    points = collect_rows(files, source, notes) if rows else collect(files, source, notes, trained)
    points, frequency = on_grid(ordered(points, source, notes), source, notes, frequency)
    starts = starts_of_points(points)
    _check_values(points, starts, notes)
    _check_future(points, starts)
    return SeriesTable(
        points.times,
        points.values,
        points.past,
        points.known,
        points.static,
        starts,
        points.names,
        points.columns,
        frequency,
        points.labels,
        tuple(notes),
    )


def _check_values(points: Points, starts: np.ndarray, notes: list[str]) -> None:
    """Note missing values and constant series.

    Raises:
        SettingError: a series in which a target has no value at all.
    """
    values, columns, names = points.values, points.columns, points.names
    with np.errstate(invalid="ignore"):
        low, high = (bound.reduceat(values, starts[:-1], axis=0) for bound in (np.fmin, np.fmax))  # (S, C)
    empty, constant = np.isnan(low), low == high
    if empty.any():
        series, target = np.argwhere(empty)[0]
        many = f" ({int(empty.any(axis=1).sum()):,} series)" if empty.any(axis=1).sum() > 1 else ""
        rule = f"series {names[series]} has no value of it: all are missing{many}"
        raise SettingError("data.target", columns.targets[target], rule)
    if constant.any():
        shown = [
            names[series] if len(names) > 1 else columns.targets[target]
            for series, target in np.argwhere(constant)[:LISTED]
        ]
        more = ", ..." if constant.sum() > LISTED else ""
        notes.append(f"constant from start to end: {', '.join(shown)}{more} ({int(constant.sum()):,} in all)")
    for role, array in (("targets", values), ("past", points.past), ("known", points.known)):
        missing = np.isnan(array).sum(axis=0)
        listed = [
            f"{name} {count:,}" for name, count in zip(getattr(columns, role), missing, strict=True) if count
        ]
        if listed:
            more = ", ..." if len(listed) > LISTED else ""
            notes.append(f"missing values, which stay missing: {', '.join(listed[:LISTED])}{more} ({role})")


def _check_future(points: Points, starts: np.ndarray) -> None:
    """Check that rows after the last target of a series hold the known covariates that they are there for.

    Raises:
        SettingError: a known covariate is missing there: its future is not known.
    """
    if not points.known.shape[1]:
        return
    there = ~np.isnan(points.values).all(axis=1)
    last = np.maximum.reduceat(np.where(there, np.arange(len(there)), -1), starts[:-1])  # (S,)
    future = np.arange(len(there)) > np.repeat(last, np.diff(starts))
    lacking = np.isnan(points.known[future])
    if lacking.any():
        column = int(lacking.any(axis=0).argmax())
        series = points.names[points.series[future][lacking[:, column].argmax()]]
        rule = f"is missing in rows after the last target of series {series}: its future is not given"
        raise SettingError(
            "data.known", points.columns.known[column], rule + "; a covariate like that is data.past"
        )

"""Fit a reader of series on the training part of a table: all statistics that a run keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.data.series.calendar import Fourier, check_fourier, resolve_calendar
from rnnlab.data.series.large_arrays import row_blocks
from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.data.series.scaling import ColumnScaler, Scaler, statistics
from rnnlab.data.series.table import SeriesTable


def fit_reader(
    table: SeriesTable,
    ends: np.ndarray,
    scaling: str,
    features: tuple[str | Sequence[str], Fourier],
    lengths: tuple[int, int, int],
) -> tuple[SeriesReader, list[str]]:
    """Fit scalers on each series' points before the end of its training part.

    Args:
        ends: (S,) end of each training part in the joined arrays.
        features: calendar and Fourier terms, as the config has them.
        lengths: input_length, the fewest points of a window, horizon.

    Returns:
        The reader, and sentences on constant and missing columns.
    """
    frequency, starts = table.frequency, table.starts[:-1]
    calendar = resolve_calendar(features[0], frequency)
    fourier = tuple((float(period), int(order)) for period, order in features[1])
    check_fourier(fourier, frequency)
    ranges = [pair for pair in zip(starts.tolist(), ends.tolist(), strict=True) if pair[1] > pair[0]]
    input_length, min_length, horizon = lengths
    reader = SeriesReader(
        frequency=frequency,
        columns=table.columns,
        calendar=calendar,
        fourier=fourier,
        names=table.names,
        static=table.static,
        scaler=Scaler(scaling).fit(table.values, starts, ends),
        past=ColumnScaler.fit(table.past, ranges),
        known=ColumnScaler.fit(table.known, ranges),
        fixed=ColumnScaler(*statistics("standard", table.static)),
        median_step=median_step(table, ranges) if frequency.alias is None else None,
        input_length=input_length,
        min_length=min_length,
        horizon=horizon,
    )
    return reader, notes_of(table, ends)


def median_step(table: SeriesTable, ranges: Sequence[tuple[int, int]]) -> float:
    """Return the median distance of neighbouring times in the training ranges, 1 without any."""
    steps = [np.diff(table.times[start:end]) for start, end in ranges]
    joined = np.concatenate(steps) if steps else np.zeros(0)
    return float(np.median(joined)) if len(joined) else 1.0


def notes_of(table: SeriesTable, ends: np.ndarray) -> list[str]:
    """Return sentences on targets that are constant or missing in the training part, and on covariates."""
    constant, missing = [], []
    for series, (start, end) in enumerate(zip(table.starts[:-1].tolist(), ends.tolist(), strict=True)):
        for column, values in zip(table.columns.targets, table.values[start:end].T, strict=True):
            seen = values[~np.isnan(values)]
            where = f"{column} of series {table.names[series]}" if len(table.names) > 1 else column
            if not len(seen):
                missing.append(where)
            elif seen.min() == seen.max():
                constant.append(where)
    notes = [said("constant in train, and scaled by 1", constant), said("without a value in train", missing)]
    for role, values in (("past", table.past), ("known", table.known)):
        lacking = sum(int(np.isnan(values[block]).sum()) for block in row_blocks(*values.shape))
        if lacking:
            notes.append(f"{lacking:,} missing values of {role} covariates are read as their mean")
    return [note for note in notes if note]


def said(what: str, targets: Sequence[str]) -> str:
    """Return a sentence on some targets, `a of series b`; empty without any."""
    if not targets:
        return ""
    more = f" and {len(targets) - 3:,} more" if len(targets) > 3 else ""
    return f"{what}: {', '.join(targets[:3])}{more}"

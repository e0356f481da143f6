"""Forecasts of the series of a file. S series, H steps, C targets, Q levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.series.input_source import input_source
from rnnlab.data.series.json_times import time_names
from rnnlab.data.series.read_series import read_series
from rnnlab.data.series.table import SeriesTable
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.forecaster import Asked, Forecast, SeriesForecaster
from rnnlab.kinds.forecasting.naming import plain
from rnnlab.kinds.table_answer import DrawPicture, TableAnswer, TableFile

if TYPE_CHECKING:
    from rnnlab.data.series.prepare_input import SeriesReader
    from rnnlab.report.fan import Fan

OF_ORDER = {"data.sort": "sort its rows", "data.duplicates": "keep one row of each time"}
AT_ONCE = 512  # series in memory at a time
MOST_DRAWN = 6  # panels of a picture
HISTORY = 3  # horizons of history that are drawn


def answer_table(
    forecaster: SeriesForecaster,
    columns: Sequence[str],
    settings: Mapping[str, Any],
    file: TableFile,
    plot: bool = False,
) -> TableAnswer:
    """Forecast every series of a file right after its last value.

    Args:
        columns: names of the output's columns. settings: `data` of the run, which say how files are read.
        plot: whether to draw the forecasts.

    Raises:
        SettingError: the file cannot be read; its frequency is another than in training; a series has too few
            points; or a known covariate has no future.
    """
    reader = forecaster.reader
    table = read_table(reader, settings, file)
    asked = of_table(forecaster, table)
    first = forecaster.forecast(asked, forecaster.compute([asked])[0])
    count = len(table.names)
    done = (
        f"{asked.steps:,} steps of {count:,} series forecast"
        if count > 1
        else f"{asked.steps:,} steps forecast"
    )
    notes = [*table.notes, *forecaster.notes(asked)]
    draw = drawing(forecaster, asked, first) if plot else None
    return TableAnswer(columns, lines(columns, reader, asked, first), done, notes, draw)


def read_table(reader: SeriesReader, settings: Mapping[str, Any], file: TableFile) -> SeriesTable:
    """Return the series of a file, in the columns of the training."""
    cache = Path(settings.get("cache_dir") or ".cache")
    source = input_source(settings, reader.columns, file.path, file.form, cache)
    try:
        return read_series(source, columns=reader.columns, frequency=reader.frequency)
    except SettingError as error:
        if error.setting not in OF_ORDER:
            raise
        found, *_ = error.rule.partition("; ")  # what the setting would do helps at a training alone
        raise SettingError("--input", file.path, f"{found}; {OF_ORDER[error.setting]}") from None


def of_table(forecaster: SeriesForecaster, table: SeriesTable) -> Asked:
    """Return the windows of all series; one series without a name is that of the training."""
    if len(table.names) == len(forecaster.reader.names) == 1:
        table = table._replace(names=forecaster.reader.names)
    steps = forecaster.horizon
    return Asked(*forecaster.reader.latest(table, steps), steps)


def lines(
    columns: Sequence[str], reader: SeriesReader, asked: Asked, found: Forecast
) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield rows of the output: series by series, step by step, target by target."""
    names, targets = asked.prepared.table.names, reader.columns.targets
    for start in range(0, len(names), AT_ONCE):
        rows: list[Mapping[str, Any]] = []
        for series in range(start, min(start + AT_ONCE, len(names))):
            times = time_names(found.times[series], reader.frequency)
            numbers = np.concatenate([found.point[..., None], found.quantiles], axis=-1)[series].tolist()
            for time, step in zip(times, numbers, strict=True):
                for target, cells in zip(targets, step, strict=True):
                    row = (names[series], str(time), target, *map(plain, cells))
                    rows.append(dict(zip(columns, row, strict=True)))
        yield rows


def drawing(forecaster: SeriesForecaster, asked: Asked, found: Forecast) -> DrawPicture:
    """Return what draws the first series and targets."""

    def draw(path: Path) -> None:
        from rnnlab.atomic import save_figure
        from rnnlab.report.fan import draw_fans

        pairs = [(s, c) for s in range(len(asked.prepared.table.names)) for c in range(found.point.shape[2])]
        save_figure(draw_fans([fan_of(forecaster, asked, found, *pair) for pair in pairs[:MOST_DRAWN]]), path)

    return draw


def fan_of(forecaster: SeriesForecaster, asked: Asked, found: Forecast, series: int, target: int) -> Fan:
    """Return the chart of a series: the end of its history, and its forecast."""
    from rnnlab.report.fan import Fan, bands_of

    table = asked.prepared.table
    end = int(table.starts[series + 1]) - asked.steps
    begin = max(
        int(table.starts[series]), end - max(HISTORY * asked.steps, forecaster.reader.frequency.season * 2)
    )
    title = " ".join(one for one in (table.names[series], forecaster.reader.columns.targets[target]) if one)
    times = table.times[begin : end + asked.steps]
    return Fan(
        title,
        time_names(times, forecaster.reader.frequency),
        table.values[begin:end, target].tolist(),
        found.point[series, :, target].tolist(),
        bands_of(forecaster.levels, found.quantiles[series, :, target]),
    )

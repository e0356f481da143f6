"""Forecasts of the series of a file. S series, H steps, C targets, Q levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.series.input_source import input_source
from rnnlab.data.series.read_series import read_series
from rnnlab.data.series.table import SeriesTable
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.asked import Asked, Forecast
from rnnlab.kinds.forecasting.naming import plain, time_names
from rnnlab.kinds.table_answer import DrawPicture, TableAnswer, TableFile

if TYPE_CHECKING:
    from rnnlab.kinds.forecasting.answer import ForecastAnswers
    from rnnlab.report.fan import Fan

OF_ORDER = {"data.sort": "sort its rows", "data.duplicates": "keep one row of each time"}
AT_ONCE = 512  # series in memory at a time
MOST_DRAWN = 6  # panels of a picture
HISTORY = 3  # horizons of history that are drawn


def answer_table(answers: ForecastAnswers, file: TableFile) -> TableAnswer:
    """Forecast every series of a file right after its last value.

    Raises:
        SettingError: the file cannot be read; its frequency is another than in training; a series has too few
            points; or a known covariate has no future.
    """
    if answers.settings is None:
        raise SettingError("--input", file.path, "an exported model reads rows alone")
    reader, cache = answers.reader, Path(answers.settings.get("cache_dir") or ".cache")
    source = input_source(answers.settings, reader.columns, file.path, file.form, cache)
    try:
        table = read_series(source, columns=reader.columns, frequency=reader.frequency)
    except SettingError as error:
        if error.setting not in OF_ORDER:
            raise
        found, *_ = error.rule.partition("; ")  # what the setting would do helps at a training alone
        raise SettingError("--input", file.path, f"{found}; {OF_ORDER[error.setting]}") from None
    asked = of_table(answers, table)
    first = answers.forecast(asked, answers.compute([asked])[0])
    count = len(table.names)
    done = (
        f"{asked.steps:,} steps of {count:,} series forecast"
        if count > 1
        else f"{asked.steps:,} steps forecast"
    )
    notes = [*table.notes, *(asked.prepared.notes if len(reader.names) > 1 else ())]
    draw = drawing(answers, asked, first) if answers.plot else None
    return TableAnswer(answers.columns, lines(answers, asked, first), done, notes, draw)


def of_table(answers: ForecastAnswers, table: SeriesTable) -> Asked:
    """Return the windows of all series; one series without a name is that of the training."""
    if len(table.names) == len(answers.reader.names) == 1:
        table = table._replace(names=answers.reader.names)
    steps = answers.horizon
    return Asked(*answers.reader.latest(table, steps), steps)


def lines(answers: ForecastAnswers, asked: Asked, found: Forecast) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield rows of the output: series by series, step by step, target by target."""
    names, targets = asked.prepared.table.names, answers.reader.columns.targets
    for start in range(0, len(names), AT_ONCE):
        rows: list[Mapping[str, Any]] = []
        for series in range(start, min(start + AT_ONCE, len(names))):
            times = time_names(found.times[series], answers.reader.frequency)
            numbers = np.concatenate([found.point[..., None], found.quantiles], axis=-1)[series].tolist()
            for time, step in zip(times, numbers, strict=True):
                for target, cells in zip(targets, step, strict=True):
                    row = (names[series], str(time), target, *map(plain, cells))
                    rows.append(dict(zip(answers.columns, row, strict=True)))
        yield rows


def drawing(answers: ForecastAnswers, asked: Asked, found: Forecast) -> DrawPicture:
    """Return what draws the first series and targets."""

    def draw(path: Path) -> None:
        from rnnlab.atomic import save_figure
        from rnnlab.report.fan import draw_fans

        pairs = [(s, c) for s in range(len(asked.prepared.table.names)) for c in range(found.point.shape[2])]
        save_figure(draw_fans([fan_of(answers, asked, found, *pair) for pair in pairs[:MOST_DRAWN]]), path)

    return draw


def fan_of(answers: ForecastAnswers, asked: Asked, found: Forecast, series: int, target: int) -> Fan:
    """Return the chart of a series: the end of its history, and its forecast."""
    from rnnlab.report.fan import Fan, bands_of

    table = asked.prepared.table
    end = int(table.starts[series + 1]) - asked.steps
    begin = max(
        int(table.starts[series]), end - max(HISTORY * asked.steps, answers.reader.frequency.season * 2)
    )
    title = " ".join(one for one in (table.names[series], answers.reader.columns.targets[target]) if one)
    times = table.times[begin : end + asked.steps]
    return Fan(
        title,
        time_names(times, answers.reader.frequency),
        table.values[begin:end, target].tolist(),
        found.point[series, :, target].tolist(),
        bands_of(answers.levels, found.quantiles[series, :, target]),
    )

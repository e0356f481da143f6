"""Forecasts of raw series, by a run's network or by an exported graph. Nothing heavy is imported here.

N rows, B windows, H steps, C targets, Q levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.series.json_series import series_of_json
from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.asked import Asked, Forecast
from rnnlab.kinds.forecasting.conformal import Conformal
from rnnlab.kinds.forecasting.example import example_of
from rnnlab.kinds.forecasting.naming import lines_of, quantile_name, shown, time_names
from rnnlab.kinds.forecasting.network import Network, Scaled, padded
from rnnlab.kinds.use import JSON, Answerer

if TYPE_CHECKING:
    from rnnlab.kinds.table_answer import TableAnswer, TableFile

MOST_WINDOWS = 256  # that the network reads at once
TIMED = ("start", "times")
UNNAMED = "(no name)"  # of a request, where the training had several series
FIELDS: Mapping[str, Any] = {
    "series": str,
    "times": list[Any],
    "predicted": dict[str, list[float]],
    "quantiles": dict[str, dict[str, list[float]]],
    "note": str,
}


class ForecastAnswers(Answerer):
    """Forecasts series, each right after its last value.

    Args:
        network: windows to forecasts in scaled units.
        reader: turns raw series into windows; levels: of the network's quantiles.
        conformal: widens the intervals, to levels of its own; None leaves them as they are.
        horizon: steps to forecast; None for as many as in training.
        settings: `data` of the run, to read files with; None for an exported model, which reads rows alone.
        plot: whether a file's forecasts are drawn.
    """

    reads = JSON
    route = "forecast"
    reads_tables = True
    fields = FIELDS

    def __init__(
        self,
        network: Network,
        reader: SeriesReader,
        levels: Sequence[float],
        conformal: Conformal | None = None,
        horizon: int | None = None,
        settings: Mapping[str, Any] | None = None,
        plot: bool = False,
    ) -> None:
        self.network, self.reader, self.conformal = network, reader, conformal
        self.levels = tuple(levels) if conformal is None else conformal.levels
        self.horizon = self.checked(horizon, "--horizon")
        self.settings, self.plot = settings, plot
        self.columns = ("series", "time", "target", "predicted", *map(quantile_name, self.levels))
        self.example = example_of(reader)

    def checked(self, steps: Any, setting: str) -> int:
        """Return the number of steps to forecast; None is that of the training.

        Raises:
            SettingError: it is no whole number, or more than the training's.
        """
        trained = self.reader.horizon
        if steps is None:
            return trained
        if type(steps) is not int or not 1 <= steps <= trained:
            rule = f"must be 1 to {trained}, the horizon of the training: data.horizon sets it"
            raise SettingError(setting, steps, rule)
        return steps

    def encode(self, rows: Sequence[Any]) -> list[Asked]:
        if self.plot:
            raise SettingError("--plot", True, "draws the series of a file: give it with --input FILE")
        return [self.asked(row) for row in rows]

    def asked(self, row: Any) -> Asked:
        """Return the window of a series as JSON; see `rnnlab.data.series.json_series`.

        Raises:
            SettingError: names the field and the rule.
        """
        fields = row if isinstance(row, Mapping) else {"values": row}
        timed = any(fields.get(name) is not None for name in TIMED)
        if not timed and self.reader.frequency.dated and (self.reader.calendar or self.reader.fourier):
            rule = "the model reads the calendar: give the time of the first value, such as 2024-01-31"
            raise SettingError("start", "none", rule)
        raw = series_of_json(fields, self.reader.columns, self.reader.frequency)
        name = raw.name or (self.reader.names[0] if len(self.reader.names) == 1 else UNNAMED)
        given = fields.get("horizon")
        steps = self.horizon if given is None else self.checked(given, "horizon")
        table = self.reader.joined([raw._replace(name=name)])
        return Asked(*self.reader.latest(table, steps), steps, timed)

    def compute(self, encoded: Sequence[Asked]) -> list[Scaled]:
        """Return the forecasts of each request's windows."""
        sizes = [len(one.windows.lengths) for one in encoded]
        if not sizes:
            return []
        joined = [padded(one.windows, self.reader.horizon) for one in encoded]
        whole = type(joined[0])(*(np.concatenate(parts) for parts in zip(*joined, strict=True)))
        chunks = [
            self.network(type(whole)(*(part[start : start + MOST_WINDOWS] for part in whole)))
            for start in range(0, sum(sizes), MOST_WINDOWS)
        ]
        found = Scaled(*(np.concatenate(parts) for parts in zip(*chunks, strict=True)))
        ends = np.cumsum(sizes)
        places = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        return [
            Scaled(*(part[place, : one.steps] for part in found))
            for place, one in zip(places, encoded, strict=True)
        ]

    def forecast(self, asked: Asked, scaled: Scaled) -> Forecast:
        """Return forecasts in the data's units."""
        prepared, series = asked.prepared, np.arange(len(asked.windows.lengths))
        point, spread = prepared.invert(scaled.point, series), scaled.quantiles
        if self.conformal is not None:
            first = self.conformal._replace(margins=self.conformal.margins[:, : asked.steps])
            spread = first.apply(scaled.point, spread)
        turned = prepared.invert(np.moveaxis(spread, -1, 1), series)  # (S, Q, H, C)
        starts = prepared.table.starts
        places = starts[1:, None] - asked.steps + np.arange(asked.steps)
        return Forecast(point, np.moveaxis(turned, 1, -1), prepared.table.times[places])

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Asked], outputs: Sequence[Scaled]
    ) -> list[dict[str, Any]]:
        return [self.answer_of(asked, scaled) for asked, scaled in zip(encoded, outputs, strict=True)]

    def answer_of(self, asked: Asked, scaled: Scaled) -> dict[str, Any]:
        """Return the answer to a request of one series."""
        found, names = self.forecast(asked, scaled), self.reader.columns.targets
        steps = range(1, asked.steps + 1)
        times = time_names(found.times[0], self.reader.frequency) if asked.dated else [*steps]
        quantiles = {
            name: {f"{level:g}": found.quantiles[0, :, c, q].tolist() for q, level in enumerate(self.levels)}
            for c, name in enumerate(names)
        }
        return {
            "series": asked.prepared.table.names[0],
            "times": times,
            "predicted": {name: found.point[0, :, c].tolist() for c, name in enumerate(names)},
            "quantiles": quantiles,
            "note": "; ".join(asked.prepared.notes) if self.reader.names[1:] else "",
        }

    def cells(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        return lines_of(answer, self.columns)[0]

    def shown_rows(self, answer: Mapping[str, Any]) -> list[dict[str, str]]:
        rows = [{name: shown(cell) for name, cell in line.items()} for line in lines_of(answer, self.columns)]
        same = [name for name in ("series", "target") if len({row[name] for row in rows}) == 1]
        return [{name: cell for name, cell in row.items() if name not in same} for row in rows]

    def serving(self) -> Answerer:
        return ServedForecasts(self.network, self.reader, self.levels, self.conformal, self.horizon)

    def table(self, file: TableFile) -> TableAnswer:
        from rnnlab.kinds.forecasting.answer_table import answer_table

        return answer_table(self, file)


class ServedForecasts(ForecastAnswers):
    """Those of the service, whose refusals show an error's rule alone: it names the field as well."""

    def asked(self, row: Any) -> Asked:
        try:
            return super().asked(row)
        except SettingError as error:
            raise SettingError("values", "", " ".join(str(error).split())) from None

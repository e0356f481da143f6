"""Forecasts of raw series, by a run's network or by an exported graph. Nothing heavy is imported here.

N rows, B windows, H steps, C targets, Q levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.data.series.json_series import series_of_json
from rnnlab.data.series.json_times import time_names
from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.conformal import Conformal
from rnnlab.kinds.forecasting.example import example_of
from rnnlab.kinds.forecasting.forecaster import Asked, SeriesForecaster
from rnnlab.kinds.forecasting.naming import lines_of, quantile_name, shown
from rnnlab.kinds.forecasting.network import Network, Scaled
from rnnlab.kinds.series_form import series_form
from rnnlab.kinds.use import JSON, Answerer

if TYPE_CHECKING:
    from rnnlab.kinds.table_answer import TableAnswer, TableFile

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
        open_ended: whether the network forecasts further than in training, each step from the one before.
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
        open_ended: bool = False,
    ) -> None:
        self.forecaster = SeriesForecaster(network, reader, levels, conformal, horizon, open_ended)
        self.reader, self.levels = reader, self.forecaster.levels
        self.settings, self.plot = settings, plot
        self.columns = ("series", "time", "target", "predicted", *map(quantile_name, self.levels))
        self.example = example_of(reader)
        steps = self.forecaster.horizon
        self.series = series_form(self.example, reader.columns, reader.frequency, reader.names, steps)

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
        steps = self.forecaster.horizon if given is None else self.forecaster.checked(given, "horizon")
        table = self.reader.joined([raw._replace(name=name)])
        return Asked(*self.reader.latest(table, steps), steps, timed)

    def compute(self, encoded: Sequence[Asked]) -> list[Scaled]:
        return self.forecaster.compute(encoded)

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Asked], outputs: Sequence[Scaled]
    ) -> list[dict[str, Any]]:
        return [self.answer_of(asked, scaled) for asked, scaled in zip(encoded, outputs, strict=True)]

    def answer_of(self, asked: Asked, scaled: Scaled) -> dict[str, Any]:
        """Return the answer to a request of one series."""
        found, names = self.forecaster.forecast(asked, scaled), self.reader.columns.targets
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
            "note": "; ".join(self.forecaster.notes(asked)),
        }

    def cells(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        return lines_of(answer, self.columns)[0]

    def shown_rows(self, answer: Mapping[str, Any]) -> list[dict[str, str]]:
        rows = [{name: shown(cell) for name, cell in line.items()} for line in lines_of(answer, self.columns)]
        same = [name for name in ("series", "target") if len({row[name] for row in rows}) == 1]
        return [{name: cell for name, cell in row.items() if name not in same} for row in rows]

    def serving(self) -> Answerer:
        one = self.forecaster
        parts = one.network, one.reader, one.levels, one.conformal, one.horizon
        return ServedForecasts(*parts, open_ended=one.open_ended)

    def table(self, file: TableFile) -> TableAnswer:
        from rnnlab.kinds.forecasting.answer_table import answer_table

        if self.settings is None:
            raise SettingError("--input", file.path, "an exported model reads rows alone")
        return answer_table(self.forecaster, self.columns, self.settings, file, self.plot)


class ServedForecasts(ForecastAnswers):
    """Answers of the service: the rule of a refusal names its field too, as clients see the rule alone."""

    def asked(self, row: Any) -> Asked:
        try:
            return super().asked(row)
        except SettingError as error:
            raise SettingError("values", "", " ".join(str(error).split())) from None

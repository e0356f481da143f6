"""Forecast series with an exported model. B windows. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.kinds.forecasting.answer import ForecastAnswers
from rnnlab.kinds.forecasting.conformal import Conformal
from rnnlab.kinds.forecasting.network import Scaled

if TYPE_CHECKING:
    from rnnlab.data.series.windows import WindowArrays
    from rnnlab.kinds.usable import Exported


class Forecaster:
    """Forecasts as its run did, in the data's units.

    A series is a list of numbers, or a mapping with `values`, `start` and covariates; see
    `rnnlab.data.series.json_series`.

    Attributes:
        reader: turns raw series into the network's inputs; levels: of the quantiles.
        answerer: answers in plain values, as the service gives them.
    """

    def __init__(self, exported: Exported) -> None:
        self.session, settings = exported.session, exported.settings
        self.reader = SeriesReader.from_json(settings["series"])
        levels = tuple(float(level) for level in settings["levels"])
        self.inputs = [one.name for one in self.session.get_inputs()]
        saved = settings.get("conformal")
        conformal = None if saved is None else Conformal.from_json(saved)
        self.answerer = ForecastAnswers(self.network, self.reader, levels, conformal)
        self.levels = self.answerer.levels

    def predict(self, series: Any) -> dict[str, Any]:
        """Forecast one series: `times`, `predicted` and `quantiles` of each target."""
        return self.predict_batch([series])[0]

    def predict_batch(self, series: Sequence[Any]) -> list[dict[str, Any]]:
        """Forecast each series, in order."""
        return self.answerer(series)

    def network(self, windows: WindowArrays) -> Scaled:
        """Return the graph's forecasts in scaled units, before conformal intervals."""
        return Scaled(*self.session.run(["point", "quantiles"], feed(windows, self.inputs)))


def feed(windows: WindowArrays, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the inputs of the graph by these names."""
    return {name: np.ascontiguousarray(getattr(windows, name)) for name in names}

"""Baselines of a forecaster: repeat, drift, seasonal naive, linear maps, and the classics of
statsforecast.
"""

from __future__ import annotations

from typing import Any

from rnnlab.evaluation.series.forecasts import by_unit, measures
from rnnlab.kinds.baselines import Baseline, LeftOut, Measured
from rnnlab.kinds.forecasting.baseline_inputs import Material, Points, Told, material_of, sums_of, with_errors
from rnnlab.kinds.forecasting.linear import fit_linear, forecast
from rnnlab.kinds.forecasting.naive import Naive, drift, repeat, seasonal_naive
from rnnlab.kinds.forecasting.statistical import Classic, forecast_classic
from rnnlab.kinds.work import Work


class ForecastBaseline:
    """A baseline whose forecasts `fit` returns; it is measured at the origins at which the network was
    tested.
    """

    name = ""
    version = 1

    def read(self, work: Work) -> Material:
        return material_of(work)

    def measure(self, inputs: Material) -> Measured:
        told, chosen = self.fit(inputs)
        found = measures(by_unit(sums_of(inputs, told), inputs.test.series))
        return Measured({name: float(value) for name, value in found.items()}, chosen)

    def fit(self, inputs: Material) -> tuple[Told, dict[str, Any]]:
        """Return forecasts with quantiles, and plain values chosen on validation.

        Raises:
            LeftOut: the data are none for it.
        """
        raise NotImplementedError(f"{type(self).__name__} has no fit()")


class NaiveForecast(ForecastBaseline):
    """Learns nothing; its quantiles are those of its errors on the validation rows."""

    def __init__(self, name: str, naive: Naive) -> None:
        self.name, self.naive = name, naive

    def fit(self, inputs: Material) -> tuple[Told, dict[str, Any]]:
        if self.naive is seasonal_naive and inputs.season < 2:
            raise LeftOut("the data have no season: it would be repeat")
        past = inputs.histories
        points: Points = lambda places: self.naive(past, places, inputs.horizon)  # noqa: E731
        return with_errors(inputs, points), {"season": inputs.season} if self.naive is seasonal_naive else {}


class Linear(ForecastBaseline):
    """A ridge regression of the next steps on the last ones; validation chooses input length and penalty."""

    def __init__(self, name: str, decomposed: bool) -> None:
        self.name, self.decomposed = name, decomposed

    def fit(self, inputs: Material) -> tuple[Told, dict[str, Any]]:
        fitted, filled = fit_linear(inputs, self.decomposed), inputs.histories.last
        points: Points = lambda places: forecast(fitted, filled, inputs.starts, places)  # noqa: E731
        return with_errors(inputs, points), {"input_length": fitted.length, "alpha": fitted.alpha}


class Statistical(ForecastBaseline):
    """A model of statsforecast, fitted anew at every origin and series, with its own quantiles."""

    version = 3

    def __init__(self, classic: Classic) -> None:
        self.classic, self.name = classic, classic.name

    def fit(self, inputs: Material) -> tuple[Told, dict[str, Any]]:
        return forecast_classic(self.classic, inputs)


BASELINES: tuple[Baseline, ...] = (
    NaiveForecast("repeat", repeat),
    NaiveForecast("drift", drift),
    NaiveForecast("seasonal naive", seasonal_naive),
    Linear("NLinear", False),
    Linear("DLinear", True),
    Statistical(Classic("AutoETS", 1000)),
    Statistical(Classic("AutoARIMA", 200)),
)

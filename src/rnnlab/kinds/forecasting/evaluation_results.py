"""The results of an evaluation of a forecaster, as plain values. S series, n origins, H steps, C targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.evaluation.series.block_bootstrap import blocks_of, forecast_intervals
from rnnlab.evaluation.series.forecasts import Forecasts, by_unit, measures, step_sums
from rnnlab.kinds.forecasting.backtest import Span
from rnnlab.kinds.forecasting.conformed import sums_of_windows
from rnnlab.kinds.forecasting.naive import Places
from rnnlab.kinds.forecasting.predicted import Predicted
from rnnlab.kinds.forecasting.sampled import sample_crps_sums
from rnnlab.kinds.forecasting.scales import mase_scales, naive2_sums
from rnnlab.kinds.use import EvaluationRequest, head

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

MOST_SERIES = 200  # in metrics.json


class Evaluated(NamedTuple):
    """The forecasts under evaluation.

    Attributes:
        data: table, facts, bounds, scaler and rows, as the data module has them.
        prepared: the series as the network reads them. span, places: where origins may be, and where they
            are.
        notes: sentences. of_file: whether the series are those of a file.
    """

    data: Any
    prepared: Any
    span: Span
    places: Places
    notes: tuple[str, ...] = ()
    of_file: bool = False


def sums_at(found: Evaluated, told: Predicted) -> dict[str, np.ndarray]:
    """Return the sums (n, C) of forecasts, Naive2's among them."""
    scales = mase_scales(found.data)
    sums = sums_of_windows(told, found.prepared.scaler, scales)
    return sums | naive2_sums(found.data, found.places, scales)


def scores(found: Evaluated, told: Predicted) -> dict[str, float]:
    """Return every measure."""
    return {
        name: float(value) for name, value in measures(by_unit(sums_at(found, told), told.series)).items()
    }


def results_of(
    run: FinishedRun, request: EvaluationRequest, found: Evaluated, told: Predicted
) -> dict[str, Any]:
    """Return every measurement as plain values for JSON.

    Raises:
        SettingError: samples of a network without a distribution.
    """
    sums, horizon = sums_at(found, told), found.span.horizon
    if "samples" in request.options:
        number = request.options["samples"]
        sums |= {"sample_crps": sample_crps_sums(run, found.prepared, found.places, number)}
    blocks = blocks_of(told.series, told.origins, horizon)
    ends = forecast_intervals(sums, told.series, blocks, request.resamples)
    whole = measures(by_unit(sums, told.series))
    metrics: dict[str, dict[str, float]] = {}
    for name, value in whole.items():
        one = ends.get(name)
        metrics[name] = {"value": float(value), **({} if one is None else {"low": one.low, "high": one.high})}
    table = found.data.table
    by_series = measures({name: part[:, None] for name, part in by_unit(sums, told.series).items()})
    names = [table.names[series] for series in range(int(told.series.max()) + 1)][:MOST_SERIES]
    scales = mase_scales(found.data)
    forecasts = Forecasts(told.label, told.predicted, np.isfinite(told.label), told.series, scales)
    steps = measures(step_sums(forecasts._replace(levels=told.levels, quantiles=told.quantiles)))
    return {
        **head(run, request.source),
        "rows": len(told.rows),
        "series": len(np.unique(told.series)),
        "season": found.data.facts["season"],
        "horizon": horizon,
        "rolling": dict(request.options),
        "notes": list(found.notes),
        "bootstrap": request.resamples if ends else 0,
        "blocks": blocks.number,
        "metrics": metrics,
        "by_horizon": {name: plain(values) for name, values in steps.items()},
        "by_series": {name: plain(values[: len(names)]) for name, values in by_series.items()}
        | {"names": names},
        "by_origin": by_origin(table.times, sums, told) if "origins" in request.options else {},
        "baselines": {},
    }


def by_origin(times: np.ndarray, sums: dict[str, np.ndarray], told: Predicted) -> dict[str, Any]:
    """Return every measure of the rows that begin at each time, in the order of time."""
    moments, groups = np.unique(times[told.origins], return_inverse=True)
    units = groups * (int(told.series.max()) + 1) + told.series
    number = len(moments) * (int(told.series.max()) + 1)
    each = {
        name: part.reshape(len(moments), -1, part.shape[1])
        for name, part in by_unit(sums, units, number).items()
    }
    return {"times": moments.tolist()} | {name: plain(values) for name, values in measures(each).items()}


def plain(values: np.ndarray) -> list[float | None]:
    """Return numbers for JSON, None for none."""
    return [float(value) if np.isfinite(value) else None for value in np.atleast_1d(values)]

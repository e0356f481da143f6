"""Evaluation of a finished forecaster: the windows of a split, rolling origins, or a file of series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.kinds.baselines import LeftOut
from rnnlab.kinds.forecasting.backtest import Span, predict, rolling_origins
from rnnlab.kinds.forecasting.conformal import NONE
from rnnlab.kinds.forecasting.conformed import OF_INTERVALS, Chosen, conformed, scores_of
from rnnlab.kinds.forecasting.evaluation_results import Evaluated, results_of, scores
from rnnlab.kinds.forecasting.evaluation_text import text_of
from rnnlab.kinds.forecasting.naive import Places
from rnnlab.kinds.forecasting.predicted import Predicted
from rnnlab.kinds.use import Evaluation, EvaluationRequest
from rnnlab.report.baselines import failed_fits

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

MOST_VALIDATION = 2000  # windows whose errors conformal intervals take


def evaluate(run: FinishedRun, request: EvaluationRequest) -> Evaluation:
    """Measure a run on the windows of a split, at rolling origins of it, or on a file of series.

    Raises:
        SettingError: the data have changed or cannot be read, or no origin fits.
    """
    rolling = "origins" in request.options
    for name in ("step", "refit"):
        if name in request.options and not rolling:
            raise SettingError(f"--{name}", request.options[name], "is of rolling origins: give --origins N")
    if request.path is None:
        found = of_split(run, request)
    else:
        from rnnlab.kinds.forecasting.evaluated_file import of_file

        found = of_file(run, request)
    levels, length = run.config.task.levels, run.config.data.input_length
    told = predict(
        run.network,
        found.prepared,
        found.places,
        length,
        found.span.horizon,
        levels,
        run.device,
        request.progress,
    )
    told, before = with_conformal(run, found, told)
    results = results_of(run, request, found, told)
    if before is not None:
        results["conformal"] = before
    if request.options.get("refit"):
        from rnnlab.kinds.forecasting.refit import STEPS, refitted

        again = refitted(run, found.prepared, found.places, found.span, run.config.data)
        results["refit"] = {"steps": STEPS, "metrics": scores(found, conformal_again(run, found, again))}
    if request.path is None and not rolling:
        results["baselines"] = request.baselines
    else:
        results |= baselines_at(run, found)
    return Evaluation(results, text_of(results))


def of_split(run: FinishedRun, request: EvaluationRequest) -> Evaluated:
    """Return the windows of a split of the run's own data, or its rolling origins."""
    data = run.data()
    bounds, fewest = data.bounds[request.split], data.facts["min_length"]
    starts = np.asarray(data.table.starts)[:-1]
    span = Span(starts, bounds[:, 0], bounds[:, 1], fewest, data.facts["horizon"])
    if "origins" in request.options:
        places = rolling_origins(span, request.options["origins"], request.options.get("step"))
    else:
        rows = data.rows(request.split)
        places = Places(np.asarray(rows.series), np.asarray(rows.origins))
    fitted = run.config.task.get("conformal", NONE) != NONE and request.split == "validation"
    notes = ("the conformal intervals were fitted on these windows",) if fitted else ()
    return Evaluated(data, data.prepared, span, places, notes)


def with_conformal(
    run: FinishedRun, found: Evaluated, told: Predicted
) -> tuple[Predicted, dict[str, Any] | None]:
    """Return the forecasts with the run's conformal intervals, and the measures of those before; None
    without.
    """
    if run.config.task.get("conformal", NONE) == NONE:
        return told, None
    before = {
        name: one for name, one in scores(found, told).items() if name.startswith(("coverage", "width"))
    }
    return conformal_again(run, found, told), {"method": run.config.task.conformal, "before": before}


def conformal_again(run: FinishedRun, found: Evaluated, told: Predicted) -> Predicted:
    """Return forecasts with the run's conformal intervals, from its last validation windows."""
    method, levels = run.config.task.get("conformal", NONE), run.config.task.levels
    if method == NONE:
        return told
    data = run.data()
    rows = data.rows("validation")
    last = np.argsort(rows.origins - data.bounds["validation"][rows.series, 1], kind="stable")[
        -MOST_VALIDATION:
    ]
    places = Places(np.asarray(rows.series)[last], np.asarray(rows.origins)[last])
    length, horizon = data.facts["input_length"], data.facts["horizon"]
    known = predict(run.network, data.prepared, places, length, horizon, levels, run.device)
    chosen = Chosen(method, scores_of(known, data.scaler, levels))
    return conformed(told, chosen, found.prepared.scaler)


def baselines_at(run: FinishedRun, found: Evaluated) -> dict[str, Any]:
    """Return the figures of every baseline at the same origins, sentences on those left out, and on failed
    fits.

    They learn and choose on what the run did; of a file only those that learn nothing have figures, without
    intervals.
    """
    from rnnlab.kinds.forecasting.baseline_inputs import material
    from rnnlab.kinds.forecasting.baselines import BASELINES, NaiveForecast

    inputs = material(found.data, found.places, run.config.task.levels)
    figures, left_out, failed = {}, {}, []
    for baseline in BASELINES:
        if found.of_file and not isinstance(baseline, NaiveForecast):
            left_out[baseline.name] = "a file has no training part"
            continue
        try:
            own, chosen = baseline.measure(inputs)
        except LeftOut as reason:
            left_out[baseline.name] = str(reason)
            continue
        failed += failed_fits(baseline.name, chosen)
        gone = OF_INTERVALS if found.of_file else ()
        figures[baseline.name] = {name: value for name, value in own.items() if name not in gone}
    return {"baselines": figures, "left_out": left_out, "failed_fits": failed}

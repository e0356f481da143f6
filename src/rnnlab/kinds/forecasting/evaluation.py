"""Evaluation of a finished forecaster: the windows of a split, rolling origins, or a file of series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.kinds.baselines import LeftOut
from rnnlab.kinds.forecasting.backtest import Span, rolling_origins
from rnnlab.kinds.forecasting.conformal import NONE
from rnnlab.kinds.forecasting.conformed import OF_INTERVALS
from rnnlab.kinds.forecasting.evaluation_conformal import forecasts, intervals_of, summary
from rnnlab.kinds.forecasting.evaluation_results import Evaluated, results_of, scores
from rnnlab.kinds.forecasting.evaluation_text import text_of
from rnnlab.kinds.forecasting.naive import Places
from rnnlab.kinds.use import Evaluation, EvaluationRequest
from rnnlab.report.baselines import failed_fits, with_failed_fits

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun


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
    own = forecasts(run, found.prepared, found.places, request.progress)
    intervals = intervals_of(run, request, found)
    told = own if intervals is None else intervals.apply(own)
    results = results_of(run, request, found, told)
    if intervals is not None:
        results["conformal"] = summary(intervals, scores(found, own))
    if request.options.get("refit"):
        from rnnlab.kinds.forecasting.refit import STEPS, refitted

        again = refitted(run, found.prepared, found.places, found.span, run.config.data)
        again = again if intervals is None else intervals.apply(again)
        results["refit"] = {"steps": STEPS, "metrics": scores(found, again)}
    if request.path is None and not rolling:
        results["baselines"] = request.baselines
        results["failed_fits"] = with_failed_fits(run.result) if request.baselines else {}
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
    method = request.options.get("conformal") or run.config.task.get("conformal", NONE)
    fitted = method != NONE and request.split == "validation"
    notes = ("the conformal intervals were fitted on these windows",) if fitted else ()
    return Evaluated(data, data.prepared, span, places, notes)


def baselines_at(run: FinishedRun, found: Evaluated) -> dict[str, Any]:
    """Return the figures of every baseline at the same origins, sentences on those left out, and on failed
    fits.

    They learn and choose on what the run did; of a file only those that learn nothing have figures, without
    intervals.
    """
    from rnnlab.kinds.forecasting.baseline_inputs import material
    from rnnlab.kinds.forecasting.baselines import BASELINES, NaiveForecast

    inputs = material(found.data, found.places, run.config.task.levels)
    figures, left_out = {}, {}
    failed: dict[str, str] = {}
    for baseline in BASELINES:
        if found.of_file and not isinstance(baseline, NaiveForecast):
            left_out[baseline.name] = "a file has no training part"
            continue
        try:
            own, chosen = baseline.measure(inputs)
        except LeftOut as reason:
            left_out[baseline.name] = str(reason)
            continue
        sentence = failed_fits(baseline.name, chosen)
        failed |= {baseline.name: sentence} if sentence else {}
        gone = OF_INTERVALS if found.of_file else ()
        figures[baseline.name] = {name: value for name, value in own.items() if name not in gone}
    return {"baselines": figures, "left_out": left_out, "failed_fits": failed}

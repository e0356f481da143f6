"""`rnnlab evaluate` of a detector: on a split of its data, or on a file with a column of labels."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.data.file_format import Format
from rnnlab.errors import SettingError
from rnnlab.evaluation.series.anomalies import vus_window
from rnnlab.finished import FinishedRun
from rnnlab.kinds.anomaly.answer import AnomalyAnswers
from rnnlab.kinds.anomaly.answer_table import read_table, series_of
from rnnlab.kinds.anomaly.comparison import Measured
from rnnlab.kinds.anomaly.measured import measure
from rnnlab.kinds.anomaly.metrics import METRICS
from rnnlab.kinds.anomaly.scored import ScoredSeries
from rnnlab.kinds.table_answer import TableFile
from rnnlab.kinds.use import Evaluation, EvaluationRequest, beside, head
from rnnlab.report.tables import number, render


def evaluate(run: FinishedRun, request: EvaluationRequest) -> Evaluation:
    """Measure the run's scores, with its own threshold.

    Raises:
        SettingError: the split has no points, or the file cannot be read.
    """
    answers = AnomalyAnswers.of_run(run)
    series = (split_series if request.path is None else file_series)(answers, run, request)
    calibration = answers.detector.detection.calibration
    dated = bool(answers.detector.detection.series.frequency.dated)
    values = measure(series, calibration.threshold, dated)
    bounds = Measured(series).intervals(request.resamples) if request.resamples else {}
    metrics: dict[str, dict[str, float]] = {}
    for name, value in values.items():
        own = bounds.get(name)
        metrics[name] = {"value": value} if own is None else own._asdict()
    points = sum(len(one.times) for one in series)
    results = {
        **head(run, request.source),
        "rows": points,
        "series": len(series),
        "threshold": calibration.threshold,
        "metrics": metrics,
        "baselines": {name: dict(own) for name, own in request.baselines.items()},
    }
    return Evaluation(results, text_of(results))


def split_series(answers: AnomalyAnswers, run: FinishedRun, request: EvaluationRequest) -> list[ScoredSeries]:
    """Return the scored points of a split, each series read from its first point on."""
    data: Any = run.data()
    bounds = np.asarray(data.bounds[request.split])
    found = [
        scored(answers, data.table, place, int(end), int(begin))
        for place, (begin, end) in enumerate(bounds.tolist())
        if end > begin
    ]
    if not found:
        raise SettingError("--split", request.split, "has no points of any series")
    return found


def file_series(answers: AnomalyAnswers, run: FinishedRun, request: EvaluationRequest) -> list[ScoredSeries]:
    """Return the scored points of a file."""
    assert request.path is not None
    file = TableFile(request.path, request.form or Format(max_file=None))
    table = read_table(answers.detector, run.settings["data"], file, labelled=True)
    starts = np.asarray(table.starts)
    return [
        scored(answers, table, place, int(starts[place + 1]), int(starts[place]))
        for place in range(len(table.names))
    ]


def scored(answers: AnomalyAnswers, table: Any, place: int, end: int, begin: int) -> ScoredSeries:
    """Return the points of one series from `begin` to `end`, after the points before them."""
    start = int(table.starts[place])
    one = series_of(table, place, end)
    found, own = answers.detector.score(one), slice(begin - start, end - start)
    labels = None if table.labels is None else np.asarray(table.labels[begin:end])
    window = 0 if labels is None else vus_window(one.values)
    parts = (one.times[own], one.values[own], found.scores[own], found.alarms[own], found.blamed[own])
    return ScoredSeries(table.names[place], *parts, labels, window)


def text_of(results: dict[str, Any]) -> str:
    """Return the measures as a table."""
    baselines, metrics = results["baselines"], results["metrics"]
    title = f"{results['task']} with {results['model']}: {results['data']}, {results['rows']:,} points of "
    title += f"{results['series']:,} series, threshold {results['threshold']:.4g}"
    rows = []
    for metric in METRICS:
        one = metrics.get(metric.name)
        if one is not None:
            ends = f"{number(one['low'])} to {number(one['high'])}" if "low" in one else ""
            name = metric.name.replace("_", " ")
            rows.append([name, number(one["value"]), ends, *beside(baselines, metric.name)])
    return f"{title}\n\n" + render(["score", "value", "95 % interval", *baselines], rows)

"""The end of a run: units and threshold from validation scores, then the scores of the test part.

T times, C channels, A numbers of steps ahead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from rnnlab.atomic import write_whole
from rnnlab.evaluation.series.anomalies import vus_window
from rnnlab.kinds.anomaly.calibration import Calibration, fit_calibration
from rnnlab.kinds.anomaly.measured import measure
from rnnlab.kinds.anomaly.pictures import draw_scores
from rnnlab.kinds.anomaly.saved import SPEC, Detection
from rnnlab.kinds.anomaly.scored import FILE, ScoredSeries, write_scores
from rnnlab.kinds.anomaly.sections import busiest, picked
from rnnlab.kinds.anomaly.thresholds import find_threshold
from rnnlab.kinds.work import Outputs, Work

PICTURE = "scores.png"


def calibrate(work: Work) -> Calibration:
    """Return units and threshold, from the errors of the validation part alone."""
    work.lab.validate()
    task, table = work.settings.task, work.data.table
    columns = {name: values.numpy() for name, values in work.task.columns.items()}
    rows = work.data.rows("validation")
    names = [table.names[number] for number in rows.series[columns["row"]].tolist()]
    errors = [errors_of(columns, row) for row in range(len(names))]
    begins = columns["begins"].tolist()
    own = [one[begin:] for one, begin in zip(errors, begins, strict=True)]
    found = fit_calibration(own, names, float(task.smoothing), str(task.combine))
    scores, times = [], []
    for place, (name, begin) in enumerate(zip(names, begins, strict=True)):
        whole = scored(found, errors[place], name)
        start = int(rows.starts[columns["row"][place]])
        scores.append(whole[begin:])
        times.append(np.asarray(table.times[start + begin : start + len(whole)]))
    return found._replace(threshold=find_threshold(task, scores, times, table.frequency))


def errors_of(columns: Mapping[str, np.ndarray], row: int) -> np.ndarray:
    """Return the errors (T, A, C) of a row, without padding."""
    found: np.ndarray = columns["errors"][row, : int(columns["lengths"][row])].astype(np.float64)
    return found


def scored(calibration: Calibration, errors: np.ndarray, name: str) -> np.ndarray:
    """Return the scores (T,) of a whole series."""
    level = np.full(errors.shape[2], np.nan)
    return calibration.scores(errors, calibration.of(name), level).score


def write_outputs(work: Work, calibration: Calibration) -> Outputs:
    """Write scores.parquet and series.json; return the measures of the test part."""
    series = test_series(work, calibration)
    table = work.data.table
    dated = bool(table.frequency.dated)
    write_scores(work.folder.path / FILE, series, table.columns.targets, dated)
    detection = Detection.of_work(work, calibration)
    marked = any(one.labels is not None and one.labels.any() for one in series)
    shown = picked(series) if marked else busiest(series)
    if shown:
        work.folder.figures.mkdir(exist_ok=True)
        draw_scores(work.folder.figures / PICTURE, shown, calibration.threshold)
    write_whole(work.folder.path / SPEC, json.dumps(detection.to_json(), indent=1) + "\n")
    metrics = {f"test/{name}": value for name, value in measure(series, calibration.threshold, dated).items()}
    return Outputs(metrics, {"threshold": calibration.threshold})


def test_series(work: Work, calibration: Calibration) -> list[ScoredSeries]:
    """Return the scored test part of each series."""
    table = work.data.table
    columns = {name: values.numpy() for name, values in work.task.columns.items()}
    rows = work.data.rows("test" if work.has_test else "validation")
    found = []
    for place, row in enumerate(columns["row"].tolist()):
        name, begin = table.names[int(rows.series[row])], int(columns["begins"][place])
        errors = errors_of(columns, place)
        level = np.full(errors.shape[2], np.nan)
        result = calibration.scores(errors, calibration.of(name), level)
        start = int(rows.starts[row])
        first, end = start + begin, start + len(errors)
        score, values = result.score[begin:], np.asarray(table.values[first:end])
        labels = None if table.labels is None else np.asarray(table.labels[first:end])
        window = vus_window(np.asarray(table.values[start:end])) if labels is not None else 0
        alarms = score > calibration.threshold
        parts = (np.asarray(table.times[first:end]), values, score, alarms, result.blamed[begin:])
        found.append(ScoredSeries(name, *parts, labels, window))
    return found

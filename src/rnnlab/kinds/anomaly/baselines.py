"""Baselines of anomaly detection: simple detectors, measured on the same times with the same rule for alarms.

N points of all series, S series, C channels.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnnlab.evaluation.series.anomalies import vus_window
from rnnlab.kinds.anomaly.calibration import fit_calibration
from rnnlab.kinds.anomaly.detectors import DETECTORS, SMOOTHED, filled
from rnnlab.kinds.anomaly.measured import measure
from rnnlab.kinds.anomaly.scored import ScoredSeries
from rnnlab.kinds.anomaly.thresholds import find_threshold
from rnnlab.kinds.baselines import Baseline, LeftOut, Measured
from rnnlab.kinds.work import Work

JUDGED_BY = "vus_pr"  # first of the metrics, by which a run is compared with the baseline
MOST_POINTS = 2_000_000
LEAST_TRAINING = 30  # points of a series; a shorter one has no scores
_SEED = 0


class AlarmRule(NamedTuple):
    """Settings of the task that turn scores into alarms; see conf/task/anomaly.yaml."""

    smoothing: float
    threshold: str
    quantile: float
    risk: float
    alarms_per_day: float


class LabelledSeries(NamedTuple):
    """Series with labels.

    Attributes:
        values: (N, C), NaN where missing. times: (N,). labels: (N,). starts: (S + 1,).
        validation, test: (S, 2), the range of points in which the threshold is chosen and scores are
            measured; all points before the first of both are for training.
        alarms: the values of an `AlarmRule`. dated: whether times are nanoseconds since 1970.
    """

    values: np.ndarray
    times: np.ndarray
    labels: np.ndarray
    starts: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    alarms: list[Any]
    dated: bool


class DetectorBaseline:
    """A detector of `rnnlab.kinds.anomaly.detectors`, fitted on the training part of each series alone."""

    version = 1

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, work: Work) -> LabelledSeries:
        table, bounds, task = work.data.table, work.data.bounds, work.settings.task
        if table.labels is None:
            raise LeftOut("the data have no labels, by which detectors could be compared")
        if len(table.times) > MOST_POINTS:
            raise LeftOut(f"{len(table.times):,} points are more than {MOST_POINTS:,}")
        rule = [task[name] for name in AlarmRule._fields]
        return LabelledSeries(
            np.asarray(table.values),
            np.asarray(table.times),
            np.asarray(table.labels),
            np.asarray(table.starts),
            bounds["validation"],
            bounds["test" if work.has_test else "validation"],
            rule,
            bool(table.frequency.dated),
        )

    def measure(self, inputs: LabelledSeries) -> Measured:
        rule = AlarmRule(*inputs.alarms)
        each = {series: self.scores(inputs, series) for series in tested(inputs)}
        raw = {series: scores for series, scores in each.items() if scores is not None}
        if not raw:
            raise LeftOut(f"no series has {LEAST_TRAINING} training points")
        scores = in_units(inputs, raw, rule.smoothing if self.name in SMOOTHED else 0.0)
        own = {series: slice(*(inputs.validation[series] - inputs.starts[series])) for series in scores}
        times = [inputs.times[slice(*inputs.validation[series])] for series in scores]
        chosen = find_threshold(rule, [one[own[series]] for series, one in scores.items()], times, inputs)
        parts = [scored_part(inputs, series, one, chosen) for series, one in scores.items()]
        found = measure(parts, chosen, inputs.dated)
        if JUDGED_BY not in found:
            raise LeftOut("no point of the test part is labelled anomalous")
        return Measured({JUDGED_BY: found[JUDGED_BY], **found}, {"threshold": chosen})

    def scores(self, inputs: LabelledSeries, series: int) -> np.ndarray | None:
        """Return the scores (n,) of a series; None where its training part is too short."""
        start, end = int(inputs.starts[series]), int(inputs.test[series, 1])
        learnt = int(min(inputs.validation[series, 0], inputs.test[series, 0])) - start
        if learnt < LEAST_TRAINING:
            return None
        values = inputs.values[start:end]
        found = DETECTORS[self.name](filled(values), learnt, _SEED + series)
        return np.where(np.isnan(values).all(axis=1), np.nan, found)


def tested(inputs: LabelledSeries) -> list[int]:
    """Return the numbers of the series that have points in the test part."""
    return [int(series) for series in np.flatnonzero(inputs.test[:, 1] > inputs.test[:, 0])]


def in_units(inputs: LabelledSeries, raw: dict[int, np.ndarray], smoothing: float) -> dict[int, np.ndarray]:
    """Return the scores (n,) of each series in units of its validation part, as those of a network are."""
    errors = {str(series): scores[:, None, None] for series, scores in raw.items()}
    parts = [slice(*(inputs.validation[series] - inputs.starts[series])) for series in raw]
    own = [one[part] for one, part in zip(errors.values(), parts, strict=True)]
    fitted = fit_calibration(own, list(errors), smoothing, "max")
    start = np.full(1, np.nan)
    return {int(name): fitted.scores(one, fitted.of(name), start).score for name, one in errors.items()}


def scored_part(inputs: LabelledSeries, series: int, scores: np.ndarray, threshold: float) -> ScoredSeries:
    """Return the test part of a series with its scores."""
    start, (begin, end) = int(inputs.starts[series]), inputs.test[series].tolist()
    part, own = slice(begin, end), scores[begin - start : end - start]
    window = vus_window(inputs.values[start:end])
    blamed = np.full(end - begin, -1)
    columns = (inputs.times[part], inputs.values[part], own, own > threshold, blamed, inputs.labels[part])
    return ScoredSeries(str(series), *columns, window)


BASELINES: tuple[Baseline, ...] = tuple(DetectorBaseline(name) for name in DETECTORS)

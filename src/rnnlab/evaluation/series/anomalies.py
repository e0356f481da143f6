"""Measures of anomaly scores against labels, of one series and as means over series. N points of a series.

All measure a series by itself, and their means weight each series equally. `*_chance` is what scores without
information reach. No measure uses point adjustment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.series.events import add_events, count_events, event_scores
from rnnlab.evaluation.series.labelled import check_scored
from rnnlab.evaluation.series.period import find_period
from rnnlab.evaluation.series.thresholds import raise_alarms
from rnnlab.evaluation.series.vus import range_auc_pr, vus_chance, vus_pr


class Scored(NamedTuple):
    """The scored part of a series.

    Attributes:
        labels: (N,), not 0 where anomalous. scores: (N,), higher is more anomalous, NaN where missing.
        window: the largest buffer of VUS-PR: see `vus_window`. times: (N,) nanoseconds, if there are any.
    """

    labels: np.ndarray
    scores: np.ndarray
    window: int
    times: np.ndarray | None = None


def vus_window(values: np.ndarray) -> int:
    """Return the buffer of VUS-PR for a series (N, C): the period of its first channel, as in TSB-AD.

    It is a setting of the measure, not of a detector, and may use the whole series.
    """
    return find_period(values[:, 0])


def pr_auc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the average precision: the area under the steps of precision and recall; NaN without an anomaly.

    Its chance level is the anomaly rate.
    """
    recall, precision, _ = _curve(labels, scores)
    return float(np.dot(np.diff(recall, prepend=0), precision))


def best_f1(labels: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    """Return the highest F1 of points over all thresholds, and the threshold that scores must reach.

    The threshold is chosen on the scored data. An alarm at every point has 2r / (1 + r) at an anomaly rate r,
    which is the chance level.
    """
    recall, precision, thresholds = _curve(labels, scores)
    both = np.maximum(precision + recall, 1e-300)
    f1 = 2 * precision * recall / both
    best = int(np.argmax(f1))
    return float(f1[best]), float(thresholds[best])


def point_f1(labels: np.ndarray, alarms: np.ndarray) -> float:
    """Return F1 of alarmed points (N,); 0 without a hit."""
    marked, alarms = np.asarray(labels) != 0, np.asarray(alarms) != 0
    total = int(marked.sum() + alarms.sum())
    return 2 * int((marked & alarms).sum()) / total if total else 0.0


def label_scores(series: Scored) -> dict[str, float]:
    """Return the measures of a series that need no threshold, VUS-PR first; NaN without an anomaly."""
    labels, scores, window = series.labels, series.scores, series.window
    rate = float(np.mean(np.asarray(labels) != 0))
    f1 = best_f1(labels, scores)[0] if rate else float("nan")
    return {
        "vus_pr": vus_pr(labels, scores, window),
        "vus_pr_chance": vus_chance(labels, window),
        "range_auc_pr": range_auc_pr(labels, scores, window),
        "pr_auc": pr_auc(labels, scores),
        "anomaly_rate": rate,
        "best_f1": f1,  # its threshold is chosen on the scored data
    }


def mean_scores(series: Sequence[Scored], threshold: float | None = None) -> dict[str, float]:
    """Return the means of `label_scores` over the series that have an anomaly, and their number, `labelled`.

    Args:
        threshold: of all series, chosen on validation scores; adds `f1` of the points of all series
            together, and `event_scores`, counted over all series, also those without an anomaly.
    """
    rows = [label_scores(one) for one in series if np.any(one.labels)]
    names = list(rows[0]) if rows else []
    found = {name: float(np.mean([row[name] for row in rows])) for name in names}
    found["labelled"] = float(len(rows))
    if threshold is None:
        return found
    alarms = [raise_alarms(one.scores, threshold) for one in series]
    counts = [count_events(one.labels, own, one.times) for one, own in zip(series, alarms, strict=True)]
    labels = np.concatenate([one.labels for one in series])
    return found | {"f1": point_f1(labels, np.concatenate(alarms))} | event_scores(add_events(counts))


def _curve(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return recall, precision and threshold (T,) at each distinct score, the highest first."""
    marked, scores = check_scored(labels, scores)
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(marked[order])
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    total = hits[-1] if hits[-1] else np.nan
    return hits[last] / total, hits[last] / (last + 1), ranked[last]

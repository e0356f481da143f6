"""Measures of scored series. Without labels there are none of them, only the alarms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.evaluation.series.anomalies import Scored, mean_scores
from rnnlab.evaluation.series.labelled import runs_of
from rnnlab.evaluation.series.nab_score import PROFILES, nab_score
from rnnlab.kinds.anomaly.metrics import METRICS
from rnnlab.kinds.anomaly.scored import ScoredSeries

DAY = 86_400e9  # nanoseconds
KNOWN = frozenset(metric.name for metric in METRICS)


def measure(series: Sequence[ScoredSeries], threshold: float, dated: bool) -> dict[str, float]:
    """Return the measures by their names; NaN ones are left out.

    Args:
        threshold: the one that alarms were raised with. dated: whether times are nanoseconds since 1970.
    """
    found = alarm_counts(series, dated)
    labelled = scored_of(series, dated)
    if any(one.labels.any() for one in labelled):
        measured = mean_scores(labelled, threshold)
        found |= {name: value for name, value in measured.items() if name in KNOWN}
        found |= nab_scores(labelled)
    return {name: value for name, value in found.items() if not np.isnan(value)}


def scored_of(series: Sequence[ScoredSeries], dated: bool) -> list[Scored]:
    """Return the series with labels and at least one score, as the measures read them."""
    return [
        Scored(one.labels, one.scores, one.window, one.times if dated else None)
        for one in series
        if one.labels is not None and not np.isnan(one.scores).all()
    ]


def nab_scores(labelled: Sequence[Scored]) -> dict[str, float]:
    """Return NAB's own scores of each profile, their thresholds chosen on the scored data."""
    pairs = [(one.labels, one.scores) for one in labelled]
    try:
        return {f"nab_{profile}": nab_score(pairs, profile, whole=False).score for profile in PROFILES}
    except ValueError:  # all labelled windows lie in the first points, which NAB does not score
        return {}


def alarm_counts(series: Sequence[ScoredSeries], dated: bool) -> dict[str, float]:
    """Return how many of the times are alarmed, and alarms a day where there are days."""
    times = sum(len(one.times) for one in series)
    found = {"alarm_rate": sum(int(one.alarms.sum()) for one in series) / max(times, 1)}
    days = sum(float(one.times[-1] - one.times[0]) for one in series if len(one.times)) / DAY
    if dated and days > 0:
        found["alarms_per_day"] = sum(len(runs_of(one.alarms).starts) for one in series) / days
    return found

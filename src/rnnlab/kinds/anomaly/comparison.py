"""Intervals of measures and paired tests of two detectors, on resamples of the labelled series.

S series with labelled times, K measures, R resamples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval, intervals, means
from rnnlab.evaluation.series.anomalies import label_scores
from rnnlab.evaluation.significance import Difference, difference
from rnnlab.kinds.anomaly.measured import scored_of
from rnnlab.kinds.anomaly.metrics import METRICS
from rnnlab.kinds.anomaly.scored import FILE, ScoredSeries, read_scores
from rnnlab.kinds.use import NO_TEST, Comparison
from rnnlab.report.names import label, tested_prefix
from rnnlab.report.page.parts import Score
from rnnlab.report.tables import render

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.report.page.files import RunFiles

MEASURED = tuple(metric.name for metric in METRICS if metric.interval)  # K names
OTHER_TIMES = "the runs did not score the same labelled times of two series or more"


class Measured:
    """The measures of each labelled series.

    Attributes:
        names: (S,) of the series, with their times and labels, by which runs are paired.
        values: (S, K).
    """

    def __init__(self, series: Sequence[ScoredSeries]) -> None:
        marked = [one for one in series if one.labels is not None and one.labels.any()]
        own = [one for one in marked if not np.isnan(one.scores).all()]
        self.names = [(one.name, one.times.tobytes(), np.asarray(one.labels).tobytes()) for one in own]
        rows = [label_scores(one) for one in scored_of(own, False)]
        self.values = np.array([[row[name] for name in MEASURED] for row in rows]).reshape(-1, len(MEASURED))

    def intervals(self, resamples: int = RESAMPLES) -> dict[str, Interval]:
        """Return the mean of each measure over series with its interval; none of fewer than two series."""
        if len(self.values) < 2:
            return {}
        drawn = means(self.values, resamples, np.random.default_rng(0))  # (R, K)
        values = dict(zip(MEASURED, self.values.mean(0).tolist(), strict=True))
        return intervals(values, dict(zip(MEASURED, drawn.T, strict=True)))

    def differences(self, other: Measured, resamples: int = RESAMPLES) -> dict[str, Difference]:
        """Return the other's means minus these, on resamples of the series that both scored; none where these
        are not the same, or fewer than two.
        """
        if self.names != other.names or len(self.names) < 2:
            return {}
        apart = other.values - self.values
        drawn = means(apart, resamples, np.random.default_rng(0))
        pairs = zip(MEASURED, apart.mean(0).tolist(), drawn.T, strict=True)
        return {name: difference(value, own) for name, value, own in pairs}


def measured(folder: Path) -> Measured | None:
    """Return the measures of the series that a run scored; None without scores.parquet."""
    path = folder / FILE
    return _measured(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=16)
def _measured(path: Path, version: int) -> Measured | None:
    found = read_scores(path)
    return None if found is None else Measured(found)


def score_table(files: RunFiles) -> list[Score]:
    """Return every final figure of the run that is declared, with its interval where it has one."""
    found, prefix = measured(files.path), tested_prefix(files.result)
    bounds: Mapping[str, Interval] = {} if found is None else found.intervals()
    scores = []
    for metric in METRICS:
        name = f"{prefix}{metric.name}"
        if name in files.metrics:
            one = bounds.get(metric.name)
            low, high = (None, None) if one is None else (one.low, one.high)
            scores.append(Score(label(name), files.metrics[name], low, high, name))
    return scores


def compare(first: FinishedRun, second: FinishedRun, resamples: int) -> Comparison:
    """Test the measures of two runs on resamples of the series that both scored."""
    one, other = (measured(run.folder.path) for run in (first, second))
    found = {} if one is None or other is None else one.differences(other, resamples)
    if not found:
        return Comparison({"significance": None}, [f"{NO_TEST}{OTHER_TIMES}"])
    lines = [
        [name.replace("_", " "), *(f"{value:+.4f}" for value in each.interval), f"{each.p_value:.4f}"]
        for name, each in found.items()
    ]
    apart = {name: {**each.interval._asdict(), "p": each.p_value} for name, each in found.items()}
    text = [render(["test, paired bootstrap over series", "B - A", "from", "to", "p"], lines)]
    return Comparison({"significance": {"bootstrap": apart}}, text)


def differences(first: RunFiles, second: RunFiles) -> dict[str, Difference]:
    """Return the first run's measures minus the second's; none for runs of other series."""
    one, other = (measured(files.path) for files in (first, second))
    return {} if one is None or other is None else other.differences(one)

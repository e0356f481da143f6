"""Intervals and paired tests of forecasters, from the sums of their saved predictions. N rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.evaluation.bootstrap import Interval
from rnnlab.evaluation.series.block_bootstrap import (
    Blocks,
    blocks_of,
    forecast_differences,
    forecast_intervals,
)
from rnnlab.evaluation.significance import Difference
from rnnlab.kinds.forecasting.predicted import Kept, read_predictions
from rnnlab.kinds.metric import Metric, find_metric
from rnnlab.report.names import label, tested_prefix
from rnnlab.report.page.parts import Score

if TYPE_CHECKING:
    from rnnlab.report.page.files import RunFiles

RESAMPLES = 1000
FILE = "predictions.parquet"


def numbered(kept: Kept) -> np.ndarray:
    """Return the number (N,) of each row's series, from 0 in the order of the names."""
    return np.unique(kept.series, return_inverse=True)[1]


def blocks(kept: Kept) -> Blocks:
    """Return the blocks in which rows are drawn."""
    return blocks_of(numbered(kept), kept.origins, kept.label.shape[1])


def intervals_of(metrics: Sequence[Metric], path: Path) -> dict[str, Interval]:
    """Return each metric that is to have an interval, from predictions.parquet; none without it."""
    found = _intervals(path, path.stat().st_mtime_ns) if path.is_file() else {}
    return {name: one for name, one in found.items() if has_interval(metrics, name)}


@lru_cache(maxsize=16)
def _intervals(path: Path, version: int) -> dict[str, Interval]:
    kept = read_predictions(path)
    return {} if kept is None else forecast_intervals(kept.sums, numbered(kept), blocks(kept), RESAMPLES)


def has_interval(metrics: Sequence[Metric], name: str) -> bool:
    """Return whether a metric is declared with an interval."""
    metric = find_metric(metrics, name)
    return metric is not None and metric.interval


def score_table(metrics: Sequence[Metric], files: RunFiles) -> list[Score]:
    """Return every final figure of the run that is declared, with its interval where it has one."""
    prefix, found = tested_prefix(files.result), intervals_of(metrics, files.path / FILE)
    scores = []
    for metric in metrics:
        name = f"{prefix}{metric.name}"
        if name in files.metrics:
            one = found.get(metric.name)
            low, high = (None, None) if one is None else (one.low, one.high)
            scores.append(Score(label(name), files.metrics[name], low, high, name))
    return scores


def differences(metrics: Sequence[Metric], first: RunFiles, second: RunFiles) -> dict[str, Difference]:
    """Return each metric of the first run that is to have an interval minus the second's; none for runs of
    other rows.
    """
    one, other = (read_predictions(files.path / FILE) for files in (first, second))
    if one is None or other is None or not same_rows(one, other):
        return {}
    found = paired(other, one, RESAMPLES)
    return {name: each for name, each in found.items() if has_interval(metrics, name)}


def paired(first: Kept, second: Kept, resamples: int) -> Mapping[str, Difference]:
    """Return the second's measures minus the first's, of the terms that both have, on resamples of the same
    rows.
    """
    both = [name for name in first.sums if name in second.sums]
    one, other = ({name: kept.sums[name] for name in both} for kept in (first, second))
    return forecast_differences(one, other, numbered(first), blocks(first), resamples)


def same_rows(one: Kept, other: Kept) -> bool:
    """Return whether both predicted the same windows, with the same values that came."""
    same = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("series", "times"))
    same = same and one.targets == other.targets and one.label.shape[1:] == other.label.shape[1:]
    return same and all(np.allclose(one.sums[name], other.sums[name]) for name in ("count", "size"))

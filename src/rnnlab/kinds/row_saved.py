"""Intervals and paired tests of runs of rows, from their saved predictions. N rows."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rnnlab.evaluation.bootstrap import Interval
from rnnlab.evaluation.resampled import paired_differences, score_intervals
from rnnlab.evaluation.significance import Difference
from rnnlab.kinds.metric import Metric, find_metric
from rnnlab.kinds.use import NO_TEST, OTHER_ROWS, Comparison
from rnnlab.report.names import label, tested, tested_prefix
from rnnlab.report.page.parts import Score, Section, Table
from rnnlab.report.tables import number, render

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.report.page.files import RunFiles

ROW, LABEL, PREDICTED = "row", "label", "predicted"
FARTHEST = 10  # rows of a table of errors


class Scorer(Hashable, Protocol):
    """The members of `rnnlab.kinds.row_kind.RowKind` that are needed here."""

    metrics: tuple[Metric, ...]

    def scores(self, columns: Mapping[str, np.ndarray]) -> Mapping[str, float]: ...


def columns_of(path: Path) -> dict[str, np.ndarray] | None:
    """Read predictions.parquet; None where there is no readable one."""
    import pyarrow
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
    except (OSError, pyarrow.ArrowException):
        return None
    found = {name: np.array(table[name].to_pylist()) for name in table.column_names}
    return found if {ROW, LABEL, PREDICTED} <= set(found) else None


def intervals_of(kind: Scorer, path: Path) -> dict[str, Interval]:
    """Return each score that is to have an interval, from predictions.parquet; none without it."""
    return _intervals(kind, path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=16)
def _intervals(kind: Scorer, path: Path, version: int) -> dict[str, Interval]:
    columns = columns_of(path)
    found = {} if columns is None else score_intervals(kind.scores, columns)
    metrics = {name: find_metric(kind.metrics, name) for name in found}
    return {name: one for name, one in found.items() if (m := metrics[name]) is not None and m.interval}


def score_table(kind: Scorer, files: RunFiles) -> list[Score]:
    """Return every final figure of the run that its kind declares, with its interval where it has one."""
    prefix, found = tested_prefix(files.result), intervals_of(kind, files.path / "predictions.parquet")
    scores = []
    for metric in kind.metrics:
        name = f"{prefix}{metric.name}"
        if name in files.metrics:
            one = found.get(metric.name)
            low, high = (None, None) if one is None else (one.low, one.high)
            scores.append(Score(label(name), files.metrics[name], low, high, name))
    return scores


def sections(kind: Scorer, files: RunFiles) -> list[Section]:
    """Return scores with intervals, and the rows whose predictions are farthest from their labels."""
    rows = []
    for one in score_table(kind, files):
        ends = "" if one.low is None or one.high is None else f"{number(one.low)} to {number(one.high)}"
        rows.append([one.label, number(one.value), ends])
    split = tested(files.result).capitalize()
    parts = [Table([split, "value", "95 % interval"], rows)]
    columns = columns_of(files.path / "predictions.parquet")
    if columns is not None and columns[LABEL].ndim == 1 and np.issubdtype(columns[LABEL].dtype, np.number):
        far = np.argsort(-np.abs(columns[PREDICTED] - columns[LABEL]), kind="stable")[:FARTHEST]
        parts.append(Table(["row", LABEL, PREDICTED], _cells(columns, far), "farthest from their labels"))
    return [Section("test", split, parts)]


def compare(
    kind: Scorer, first: FinishedRun, second: FinishedRun, resamples: int, examples: int
) -> Comparison:
    """Test each score of two runs on resamples of the rows that both predicted."""
    one, other = (columns_of(run.folder.predictions) for run in (first, second))
    if one is None or other is None or not same_rows(one, other):
        return Comparison({"significance": None}, [f"{NO_TEST}{OTHER_ROWS}"])
    found = paired_differences(kind.scores, one, other, resamples)
    lines = [
        [name.replace("_", " "), *(f"{value:+.4f}" for value in each.interval), f"{each.p_value:.4f}"]
        for name, each in found.items()
    ]
    apart = {name: {**each.interval._asdict(), "p": each.p_value} for name, each in found.items()}
    text = [render(["test, paired bootstrap", "B - A", "from", "to", "p"], lines)]
    if examples and one[PREDICTED].ndim == 1 and np.issubdtype(one[PREDICTED].dtype, np.number):
        far = np.argsort(-np.abs(one[PREDICTED] - other[PREDICTED]), kind="stable")[:examples]
        rows = _cells({**one, "B": other[PREDICTED]}, far, "B")
        text.append(render(["predicted farthest apart, row", LABEL, "A", "B"], rows))
    return Comparison({"significance": {"bootstrap": apart}}, text)


def same_rows(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> bool:
    """Return whether both predicted the same rows with the same labels."""
    return all(np.array_equal(one[name], other[name]) for name in (ROW, LABEL))


def differences(kind: Scorer, first: RunFiles, second: RunFiles) -> dict[str, Difference]:
    """Return each score of the first run that is to have an interval minus the second's; none for runs of
    other rows.
    """
    one, other = (columns_of(files.path / "predictions.parquet") for files in (first, second))
    if one is None or other is None or not same_rows(one, other):
        return {}
    found = paired_differences(kind.scores, other, one)
    metrics = {name: find_metric(kind.metrics, name) for name in found}
    return {name: one for name, one in found.items() if (m := metrics[name]) is not None and m.interval}


def _cells(columns: Mapping[str, np.ndarray], rows: np.ndarray, *more: str) -> list[list[str]]:
    names = (LABEL, PREDICTED, *more)
    return [[f"{columns[ROW][row]}", *(number(float(columns[n][row])) for n in names)] for row in rows]

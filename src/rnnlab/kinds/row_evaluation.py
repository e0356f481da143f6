"""Scores of a finished run on labelled rows, with intervals, for any kind of rows. N rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from rnnlab.bar import Bar
from rnnlab.data.record import Row
from rnnlab.evaluation.resampled import score_intervals
from rnnlab.kinds.metric import find_metric
from rnnlab.kinds.rows import read_rows, sound_rows
from rnnlab.kinds.use import JSON, Answerer, Evaluation, EvaluationRequest, beside, head
from rnnlab.report.tables import number, render

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.metric import Metric

CHUNK = 4096  # rows that are answered at once


class Scorer(Protocol):
    """The members of `rnnlab.kinds.row_kind.RowKind` that an evaluation needs."""

    metrics: tuple[Metric, ...]

    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer: ...

    def predicted(self, answer: Mapping[str, Any]) -> Any: ...

    def label(self, cell: str) -> Any: ...

    def scores(self, columns: Mapping[str, np.ndarray]) -> Mapping[str, float]: ...


class Labelled(NamedTuple):
    """Rows and their labels; `skipped` are the rows left out, `notes` sentences on the file."""

    rows: Sequence[Any]
    labels: np.ndarray
    skipped: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()


def evaluate(kind: Scorer, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
    """Predict every row, and score the predictions.

    Raises:
        SettingError: the run's data have changed or are missing; the file cannot be read.
    """
    answerer = kind.answer(run, {})
    found = split_of(run, request) if request.path is None else file_of(kind, answerer, request)
    answers = list(answered(answerer, found.rows, request.progress))
    columns = {"label": found.labels, "predicted": np.array([kind.predicted(one) for one in answers])}
    results = {
        **head(run, request.source),
        "rows": len(answers),
        "skipped": [{"row": row.number, "problem": row.problem} for row in found.skipped],
        "notes": list(found.notes),
        "bootstrap": request.resamples,
        "metrics": measured(kind, columns, request.resamples),
        "baselines": request.baselines if request.path is None else {},
    }
    return Evaluation(results, text_of(results))


def split_of(run: FinishedRun, request: EvaluationRequest) -> Labelled:
    """Return the rows of a split of the run's own data."""
    data = run.data()
    return Labelled(data.inputs(request.split), data.targets(request.split))


def file_of(kind: Scorer, answerer: Answerer, request: EvaluationRequest) -> Labelled:
    """Return the rows of a file: its first column as the answerer reads it, the second as labels."""
    notes: list[str] = []
    inputs, labels, rows = [], [], []
    for row in read_rows(request, notes, nested=answerer.reads == JSON):
        problem, cells = row.problem, row.cells
        if not problem:
            try:
                inputs.append(answerer.read(cells[0] or ""))
                labels.append(kind.label(cells[1] or ""))
            except ValueError:
                inputs = inputs[: len(labels)]
                problem = f"has the {request.columns[1]} {(cells[1] or '')[:40]!r}, which cannot be read"
        rows.append(row._replace(problem=problem))
    _, skipped = sound_rows(rows, request)
    return Labelled(inputs, np.array(labels), skipped, tuple(notes))


def answered(answerer: Answerer, rows: Sequence[Any], progress: bool) -> Iterator[dict[str, Any]]:
    """Answer rows a few thousand at a time."""
    with Bar(total=len(rows), unit=" rows") if progress else nullcontext() as bar:
        for start in range(0, len(rows), CHUNK):
            yield from answerer(rows[start : start + CHUNK])
            if bar is not None:
                bar.update(len(rows[start : start + CHUNK]))


def measured(kind: Scorer, columns: dict[str, np.ndarray], resamples: int) -> dict[str, dict[str, float]]:
    """Return each score by name: its value and, where the metric has an interval, the interval's ends."""
    found = {}
    for name, one in score_intervals(kind.scores, columns, max(resamples, 1)).items():
        metric = find_metric(kind.metrics, name)
        ends = resamples and metric is not None and metric.interval
        found[name] = {"value": one.value, **({"low": one.low, "high": one.high} if ends else {})}
    return found


def text_of(results: dict[str, Any]) -> str:
    """Format the results as text."""
    title = f"{results['task']} with {results['model']}: {results['data']}, {results['rows']:,} rows"
    if results["skipped"]:
        first, count = results["skipped"][0], len(results["skipped"])
        title += f"; {count:,} left out, the first is row {first['row']}, which {first['problem']}"
    title += "".join(f"\nnote: {note}" for note in results["notes"])
    baselines: Mapping[str, Mapping[str, float]] = results["baselines"]
    lines = []
    for name, one in results["metrics"].items():
        ends = f"{number(one['low'])} to {number(one['high'])}" if "low" in one else ""
        lines.append([name, number(one["value"]), ends, *beside(baselines, name)])
    return f"{title}\n\n{render(['score', 'value', '95 % interval', *baselines], lines)}"

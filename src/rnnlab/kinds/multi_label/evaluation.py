"""Evaluation of a finished run on a split of its data or on a file. N rows, C labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.label_sets import LabelSet
from rnnlab.data.record import Row
from rnnlab.evaluation.label_sets import EACH, WHOLE, LabelSetScores, label_set_intervals
from rnnlab.evaluation.label_thresholds import Thresholds
from rnnlab.kinds.row_evaluation import answered
from rnnlab.kinds.rows import read_rows, sound_rows
from rnnlab.kinds.use import Answerer, Evaluation, EvaluationRequest, beside, head
from rnnlab.report.tables import MOST_CLASSES, number, render

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun


def evaluate(
    run: FinishedRun, answerer: Answerer, chosen: Thresholds, separator: str, request: EvaluationRequest
) -> Evaluation:
    """Predict every row, and score the labels above the run's thresholds.

    Raises:
        SettingError: the run's data have changed or are missing; the file cannot be read.
    """
    notes: list[str] = []
    skipped: tuple[Row, ...] = ()
    if request.path is None:
        data = run.data()
        texts, label = data.inputs(request.split), data.targets(request.split)
    else:
        texts, label, skipped = file_rows(run, separator, request, notes)
    answers = list(answered(answerer, texts, request.progress))
    probability = np.array([[one["probabilities"][name] for name in run.classes] for one in answers])
    judged = LabelSetScores(label, chosen.flags(probability), probability, run.classes)
    found = label_set_intervals(judged, max(request.resamples, 1))
    results = {
        **head(run, request.source),
        "rows": len(texts),
        "skipped": [{"row": row.number, "problem": row.problem} for row in skipped],
        "notes": notes,
        "bootstrap": request.resamples,
        "classes": list(run.classes),
        "thresholds": list(chosen.values),
        "support": label.sum(axis=0, dtype=np.int64).tolist(),
        "metrics": {
            name: {"value": one.value, **({"low": one.low, "high": one.high} if request.resamples else {})}
            for name, one in found.items()
            if one.value == one.value
        },
        "baselines": request.baselines if request.path is None else {},
    }
    return Evaluation(results, text_of(results))


def file_rows(
    run: FinishedRun, separator: str, request: EvaluationRequest, notes: list[str]
) -> tuple[list[str], np.ndarray, tuple[Row, ...]]:
    """Return the texts of a file, flags (N, C) of their labels, and the rows left out."""
    rule, column = LabelSet(run.classes, separator), request.columns[1]
    rows = []
    for row in read_rows(request, notes, nested=True, empty=True):
        known = row.problem or rule.find(row.cells[1] or "") is not None
        rows.append(row if known else row._replace(problem=rule.problem(row.cells[1], column)))
    sound, skipped = sound_rows(rows, request)
    flags = [rule.find(row.cells[1] or "") for row in sound]
    return [row.cells[0] or "" for row in sound], np.array(flags), skipped


def text_of(results: Mapping[str, Any]) -> str:
    """Format the results as tables: over all labels, and for each."""
    metrics, baselines = results["metrics"], results["baselines"]
    title = f"{results['task']} with {results['model']}: {results['data']}, {results['rows']:,} rows"
    if results["skipped"]:
        first, count = results["skipped"][0], len(results["skipped"])
        title += f"; {count:,} left out, the first is row {first['row']}, which {first['problem']}"
    title += "".join(f"\nnote: {note}" for note in results["notes"])
    whole = []
    for name in WHOLE:
        one = metrics[name]
        ends = f"{number(one['low'])} to {number(one['high'])}" if "low" in one else ""
        whole.append([name, number(one["value"]), ends, *beside(baselines, name)])
    rows = []
    for name, count, cut in zip(results["classes"], results["support"], results["thresholds"], strict=True):
        own = [number(metrics.get(f"{kind}_{name}", {}).get("value")) for kind in EACH]
        rows.append([name, f"{count:,}", *own, number(cut)])
    left = len(rows) - MOST_CLASSES
    rows = rows[:MOST_CLASSES] + ([[f"and {left:,} more, in metrics.json", *[""] * 6]] if left > 0 else [])
    each = render(["label", "rows", *EACH, "threshold"], rows)
    return f"{title}\n\n{render(['score', 'value', '95 % interval', *baselines], whole)}\n\n{each}"

"""Evaluation of a classifier, as plain values and as tables."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.evaluation.bootstrap import Interval, classifier_intervals
from rnnlab.evaluation.curves import precision_recall, roc
from rnnlab.evaluation.groups import by_confidence, by_value, most_confident_mistakes
from rnnlab.evaluation.scores import confusion
from rnnlab.kinds.classification.evaluated import Evaluated, file_rows, split_rows
from rnnlab.kinds.use import Evaluation, EvaluationRequest, beside, head
from rnnlab.report.page.predictions import Predictions
from rnnlab.report.tables import MOST_CLASSES, number, render
from rnnlab.tokenizer.unread import summary

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

MISTAKES = 50
WHOLE = ("accuracy", "macro_precision", "macro_recall", "macro_f1", "loss", "brier", "ece")
MOST_SQUARE = 100  # limit of classes for writing the whole confusion matrix


def evaluate(run: FinishedRun, request: EvaluationRequest) -> Evaluation:
    """Measure a classifier on a split of its data, or on a file of texts and labels.

    Raises:
        SettingError: the data have changed since, or the file cannot be read.
    """
    if request.path is None:
        found = split_rows(run, request.split, request.progress)
    else:
        found = file_rows(run, request)
    return evaluation_of(run, request, found)


def evaluation_of(run: FinishedRun, request: EvaluationRequest, found: Evaluated) -> Evaluation:
    """Return the measurements of predictions, with tables and figures."""
    results = classifier_results(run, found, request.resamples)
    if request.path is None:
        results["baselines"] = request.baselines
    return Evaluation(results, tables(results), partial(_draw, found.predictions))


def _draw(predictions: Predictions, folder: Path) -> None:
    from rnnlab.report.page.figures import write_figures

    write_figures(predictions, folder)


def classifier_results(run: FinishedRun, found: Evaluated, resamples: int) -> dict[str, Any]:
    """Return every measurement as plain values for JSON.

    Args:
        resamples: of the bootstrap; 0 gives no intervals.
    """
    rows = found.predictions
    intervals = classifier_intervals(rows.labels, rows.probabilities, rows.classes, max(resamples, 1))
    counts = confusion(rows.labels, rows.predicted, len(rows.classes))
    return {
        **head(run, found.source),
        "rows": len(rows.labels),
        "skipped": [{"row": row.number, "problem": row.problem} for row in found.skipped],
        "unread": [{"row": number, "note": note} for number, note in found.unread],
        "notes": list(found.notes),
        "temperature": run.temperature,
        "bootstrap": resamples,
        "classes": list(rows.classes),
        "metrics": {name: _plain(one, resamples) for name, one in intervals.items()},
        "areas": _areas(rows),
        "support": counts.sum(1).tolist(),
        **_confusion(counts),
        "by_length": [group._asdict() for group in by_value(rows.lengths, rows.right)],
        "by_confidence": [group._asdict() for group in by_confidence(rows.probabilities, rows.right)],
        "most_confident_mistakes": _mistakes(rows),
    }


def tables(results: dict[str, Any]) -> str:
    """Format the measurements as tables."""
    metrics: dict[str, dict[str, float]] = results["metrics"]
    baselines: dict[str, dict[str, float]] = results.get("baselines") or {}
    title = f"{results['task']} with {results['model']}: {results['data']}, {results['rows']:,} rows"
    if results["skipped"]:
        first = results["skipped"][0]
        count, place = len(results["skipped"]), first["row"]
        title += f"; {count:,} left out, the first is row {place}, which {first['problem']}"
    title += "".join(f"\nnote: {note}" for note in results["notes"])
    if results["unread"]:
        title += f"\n{summary([(one['row'], one['note']) for one in results['unread']])}"
    scores = [[*_line(name, metrics[name]), *beside(baselines, name)] for name in WHOLE]
    whole = render(["score", "value", "95 % interval", *baselines], scores)
    kinds = ("precision", "recall", "f1")
    pairs = list(zip(results["classes"], results["support"], strict=True))
    by_class = [
        [name, *(number(metrics[f"{kind}_{name}"]["value"]) for kind in kinds), f"{rows:,}"]
        for name, rows in pairs[:MOST_CLASSES]
    ]
    left = len(pairs) - MOST_CLASSES
    by_class += [[f"and {left:,} more, in metrics.json", "", "", "", ""]] if left > 0 else []
    return f"{title}\n\n{whole}\n\n{render(['class', *kinds, 'rows'], by_class)}"


def _line(name: str, one: dict[str, float]) -> list[str]:
    interval = f"{number(one['low'])} to {number(one['high'])}" if "low" in one else ""
    return [name, number(one["value"]), interval]


def _plain(one: Interval, resamples: int) -> dict[str, float]:
    return {"value": one.value, "low": one.low, "high": one.high} if resamples else {"value": one.value}


def _confusion(counts: np.ndarray) -> dict[str, Any]:
    """Return the matrix (C, C), rows the labels; with many classes only its nonzero cells.

    A cell is label, prediction and count.
    """
    if len(counts) <= MOST_SQUARE:
        return {"confusion": counts.tolist()}
    places = np.nonzero(counts)
    return {"confusion_cells": np.stack([*places, counts[places]], axis=1).tolist()}


def _areas(rows: Predictions) -> dict[str, dict[str, float]]:
    """Return the areas under each class's ROC and precision-recall curve, where it has rows of both kinds."""
    found = {}
    for index, name in enumerate(rows.classes):
        curves = [of(rows.labels == index, rows.probabilities[:, index]) for of in (roc, precision_recall)]
        names = ("roc", "precision_recall")
        found[name] = {
            kind: curve.area for kind, curve in zip(names, curves, strict=True) if curve is not None
        }
    return found


def _mistakes(rows: Predictions) -> list[dict[str, Any]]:
    places = most_confident_mistakes(rows.labels, rows.probabilities, MISTAKES).tolist()
    predicted, sure = rows.predicted, np.max(rows.probabilities, axis=1)
    return [
        {
            "row": int(rows.rows[place]),
            "text": rows.texts[place],
            "label": rows.classes[rows.labels[place]],
            "predicted": rows.classes[predicted[place]],
            "probability": float(sure[place]),
        }
        for place in places
    ]

"""What an evaluation leaves: metrics.json and figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.atomic import whole_file
from rnnlab.evaluation.bootstrap import Interval, classifier_intervals
from rnnlab.evaluation.curves import precision_recall, roc
from rnnlab.evaluation.groups import by_confidence, by_value, most_confident_mistakes
from rnnlab.evaluation.scores import confusion
from rnnlab.report.page.predictions import Predictions
from rnnlab.run.folder.evaluated import Evaluated
from rnnlab.run.folder.open_run import OpenRun

MISTAKES = 50
MOST_SQUARE = 100  # limit of classes for writing the whole confusion matrix


def classifier_results(run: OpenRun, found: Evaluated, resamples: int) -> dict[str, Any]:
    """Everything that is measured, as JSON takes it.

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


def head(run: OpenRun, source: str) -> dict[str, Any]:
    """What was evaluated on what."""
    return {"run": str(run.folder.path), "task": run.task, "model": run.model, "data": source}


def write_results(results: dict[str, Any], folder: Path, predictions: Predictions | None = None) -> None:
    """metrics.json in one step and, of a classifier, its figures.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    with whole_file(folder / "metrics.json") as part:
        part.write_text(text, encoding="utf-8", errors="replace")
    if predictions is not None:
        from rnnlab.report.page.figures import write_figures

        write_figures(predictions, folder)


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
    """Under each class's ROC curve and precision-recall curve, where it has rows of both kinds."""
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

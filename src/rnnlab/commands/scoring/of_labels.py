"""Scores of predicted labels against references, and of probabilities. N rows, C classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.commands.scoring.files import Side
from rnnlab.commands.scoring.inputs import Inputs
from rnnlab.commands.scoring.tables import against_table, plain, plain_differences, score_table
from rnnlab.data.labels import Classes, class_names, is_missing
from rnnlab.data.labels import plain as plain_label
from rnnlab.errors import SettingError
from rnnlab.evaluation.bootstrap import Interval, label_intervals, probability_intervals
from rnnlab.evaluation.scores import confusion
from rnnlab.evaluation.significance import mcnemar, paired_bootstrap
from rnnlab.report.tables import number, render

SCALES = {
    **dict.fromkeys(("accuracy", "macro_precision", "macro_recall", "macro_f1"), "0 to 1"),
    "loss": "nats",
    "brier": "0 to 2",
    "ece": "0 to 1",
}
LOWER = {"loss", "brier", "ece"}
OF_PROBABILITIES = LOWER
OF_CLASS = ("precision", "recall", "f1")
MOST_SQUARE = 12  # classes of a confusion matrix that is printed
MOST_CLASSES = 30  # rows of the table by class


class Rows(NamedTuple):
    """Class ids (N,) of the references, the predictions, and other predictions of the same rows if any."""

    classes: list[str]
    labels: np.ndarray
    predicted: np.ndarray
    other: np.ndarray | None


def rows_of(inputs: Inputs) -> Rows:
    """Return the class of each row.

    The classes are those of the probabilities' columns, or else every label that occurs.

    Raises:
        SettingError: a label is missing, or has no column of probabilities.
    """
    sides = [(inputs.labelled[0], inputs.references[0]), (inputs.predicted, inputs.predictions)]
    if inputs.other is not None and inputs.against is not None:
        sides.append((inputs.other, inputs.against))
    if inputs.probabilities is not None:
        classes = [plain_label(name) for name in inputs.probabilities.classes]
    else:
        every = {label for _, texts in sides for label in texts}
        classes = class_names(plain_label(label) for label in every if not is_missing(label))
    rule = Classes(classes)
    ids = [_ids(rule, side, texts) for side, texts in sides]
    return Rows(classes, ids[0], ids[1], ids[2] if len(ids) > 2 else None)


def _ids(rule: Classes, side: Side, texts: Sequence[str]) -> np.ndarray:
    known = {text: None if is_missing(text) else rule.find(text) for text in set(texts)}
    for row, text in enumerate(texts, 1):
        if known[text] is None:
            raise SettingError(side.option, side.path, f"row {row} {rule.problem(text, 'label')}")
    return np.array([known[text] for text in texts], np.int64)


def label_results(inputs: Inputs, resamples: int, examples: int) -> dict[str, Any]:
    """Return every score as plain values for JSON.

    Args:
        resamples: of the bootstrap; 0 gives no intervals.
        examples: how many wrong rows, the surest first where there are probabilities.
    """
    rows = rows_of(inputs)
    counts = confusion(rows.labels, rows.predicted, len(rows.classes))
    found = label_intervals(rows.labels, rows.predicted, rows.classes, max(resamples, 1))
    if inputs.probabilities is not None:
        found |= probability_intervals(rows.labels, inputs.probabilities.values, max(resamples, 1))
    results = {
        "classes": rows.classes,
        "support": counts.sum(1).tolist(),
        "scores": plain(found, resamples),
        "confusion": counts.tolist(),
        "notes": notes_on(rows, inputs),
        "examples": wrong_rows(rows, inputs, examples),
    }
    if rows.other is not None:
        results["against"] = compared(rows, rows.other, resamples)
    return results


def compared(rows: Rows, other: np.ndarray, resamples: int) -> dict[str, Any]:
    """Return the scores of the other predictions, and the paired tests of the difference."""
    found: dict[str, Interval] = label_intervals(rows.labels, other, rows.classes, max(resamples, 1))
    apart = paired_bootstrap(rows.labels, rows.predicted, other, len(rows.classes), max(resamples, 1))
    return {
        "scores": plain(found, resamples),
        "differences": plain_differences(apart, resamples),
        "mcnemar": mcnemar(rows.labels, rows.predicted, other)._asdict(),
    }


def notes_on(rows: Rows, inputs: Inputs) -> list[str]:
    """Return sentences on classes without rows, and on predictions that are not the likeliest class."""
    support = np.bincount(rows.labels, minlength=len(rows.classes))
    said = np.bincount(rows.predicted, minlength=len(rows.classes))
    never = [name for name, own, other in zip(rows.classes, support, said, strict=True) if other and not own]
    found = [f"predicted, and no reference has it: {', '.join(never[:10])}"] if never else []
    if inputs.probabilities is not None:
        other = int((inputs.probabilities.values.argmax(1) != rows.predicted).sum())
        told = f"{other:,} predictions are not the class with the highest probability"
        found += [told] if other else []
    return found


def wrong_rows(rows: Rows, inputs: Inputs, most: int) -> list[dict[str, Any]]:
    """Return wrong rows, those with the most probable prediction first, else in their order."""
    wrong = np.flatnonzero(rows.labels != rows.predicted)
    sure = None
    if inputs.probabilities is not None:
        sure = inputs.probabilities.values[np.arange(len(rows.labels)), rows.predicted]  # (N,)
        wrong = wrong[np.argsort(-sure[wrong], kind="stable")]
    return [
        {
            "row": row + 1,
            "label": rows.classes[rows.labels[row]],
            "predicted": rows.classes[rows.predicted[row]],
            **({} if sure is None else {"probability": float(sure[row])}),
        }
        for row in wrong[:most].tolist()
    ]


def label_tables(results: Mapping[str, Any], asked: Sequence[str]) -> list[str]:
    """Return the results as paragraphs.

    Args:
        asked: names of scores to show alone; none shows all, by class too, and the confusion matrix.
    """
    scores, against = results["scores"], results.get("against")
    names = [name for name in SCALES if name in scores and (not asked or name in asked)]
    shown = {name: scores[name] for name in names}
    parts = [] if against else [score_table(shown, SCALES, {name: name in LOWER for name in names})]
    if against:
        apart = {name: one for name, one in against["differences"].items() if name in names}
        parts.append(against_table(scores, against["scores"], apart))
        tested = against["mcnemar"]
        said = f"only A is correct in {tested['first_only']:,} rows, only B in {tested['second_only']:,}"
        parts.append(f"{said}: p {tested['p_value']:.4f} (McNemar's exact test)")
    elif not asked:
        parts += [by_class(results), matrix(results)]
    examples = results["examples"]
    if examples:
        cells = [
            [number(one) if isinstance(one, float) else f"{one}" for one in row.values()] for row in examples
        ]
        parts.append(render(["wrong rows", *list(examples[0])[1:]], cells))
    return [part for part in parts if part]


def by_class(results: Mapping[str, Any]) -> str:
    """Return the table of scores by class."""
    scores, pairs = results["scores"], list(zip(results["classes"], results["support"], strict=True))
    rows = [
        [name, *(number(scores[f"{kind}_{name}"]["value"]) for kind in OF_CLASS), f"{count:,}"]
        for name, count in pairs[:MOST_CLASSES]
    ]
    left = len(pairs) - MOST_CLASSES
    rows += [[f"and {left:,} more, with --json", "", "", "", ""]] if left > 0 else []
    return render(["class", *OF_CLASS, "rows"], rows)


def matrix(results: Mapping[str, Any]) -> str:
    """Return the confusion matrix; empty with many classes."""
    classes, counts = results["classes"], results["confusion"]
    if len(classes) > MOST_SQUARE:
        return ""
    rows = [[name, *(f"{count:,}" for count in row)] for name, row in zip(classes, counts, strict=True)]
    return render(["label, and predicted as", *classes], rows)

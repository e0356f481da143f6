"""The quality of a classifier: scores with intervals, class by class, confusions and confidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.evaluation.bootstrap import LEVEL, Interval
from rnnlab.evaluation.scores import confusion
from rnnlab.report.confusion import most_confused
from rnnlab.report.names import bare, class_part, label
from rnnlab.report.page.markup import number, table, text
from rnnlab.report.page.predictions import Predictions

WHOLE = ("accuracy", "macro_recall", "macro_precision", "macro_f1", "loss", "brier", "ece")
NAMES = {
    "ece": "calibration error (ECE)",
    "loss": "loss (nats)",
    "brier": "Brier score",
    "macro_f1": "macro F1",
}
MOST_CLASSES = 30  # most classes whose confusions are shown


def scores_table(found: dict[str, Interval], split: str = "test") -> str:
    """Return a table of the scores over all classes with their intervals."""
    rows = [
        [text(NAMES.get(name, label(name))), number(found[name].value), between(found[name])]
        for name in WHOLE
    ]
    return table(["score", split, f"{LEVEL:.0%} interval"], rows, "All classes")


def class_table(predictions: Predictions, found: dict[str, Interval]) -> str:
    """Return a table of precision, recall, F1 and number of rows of each class, at most 30."""
    rows = []
    counts = np.bincount(predictions.labels, minlength=len(predictions.classes))
    pairs = list(zip(predictions.classes, counts.tolist(), strict=True))
    for name, count in pairs[:MOST_CLASSES]:
        cells = [text(name)]
        for kind in ("precision", "recall", "f1"):
            one = found[f"{kind}_{name}"]
            cells.append(f'{number(one.value)} <span class="dim">{between(one)}</span>')
        rows.append([*cells, f"{count:,}"])
    few = f"The first {len(rows)} of {len(pairs):,} classes; result.json has all"
    caption = "Each class" if len(pairs) == len(rows) else few
    return table(["class", "precision", "recall", "F1", "rows"], rows, caption)


def other_scores(metrics: dict[str, float], prefix: str = "test/", why: str = "") -> str:
    """Return a table of the other final metrics, such as calibrated losses; "" if there are none.

    Args:
        prefix: of the metrics' names, `test/` or `val/`.
        why: reason for the temperature, shown after its value.
    """
    names = [name for name in metrics if name.startswith(prefix) and not class_part(name)]
    rows = [[text(label(name)), number(metrics[name])] for name in names if bare(name) not in WHOLE]
    if "temperature" in metrics:
        rows.append(["temperature", f"{number(metrics['temperature'])}{why and f' ({text(why)})'}"])
    return table(["measured by the run", "value"], rows, "Measured by the run besides") if rows else ""


def between(interval: Interval) -> str:
    """Format `0.6024 to 0.6196`."""
    return f"{number(interval.low)} to {number(interval.high)}"


def confusion_table(predictions: Predictions) -> str:
    """Return counts and fractions of each row, darker for larger; rows are the truth, columns predictions."""
    whole = confusion(predictions.labels, predictions.predicted, len(predictions.classes))
    return confusions(whole, predictions.classes)


def confusions(whole: np.ndarray, classes: Sequence[str]) -> str:
    """Return a confusion matrix (C, C) as a table: rows are the truth, columns predictions."""
    counts, names = most_confused(whole, classes, MOST_CLASSES)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in names)
    lines = []
    for row, name in enumerate(names):
        cells = "".join(_cell(counts[row, c], shares[row, c], row == c) for c in range(len(names)))
        total = f'<span class="dim">{counts[row].sum():,}</span>'
        lines.append(f'<tr><th scope="row">{text(name)} {total}</th>{cells}</tr>')
    caption = "Rows are the truth, columns the prediction; the share is of its row"
    if len(names) < len(whole):
        caption += f". The {len(names) - 1} of {len(whole):,} classes with the most mistakes, the rest as one"
    frame = '<div class="wide" tabindex="0" role="group" aria-label="confusion matrix">'
    return (
        f'{frame}<table class="confusion"><caption>{caption}</caption><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(count: int, share: float, is_right: bool) -> str:
    kind = "right" if is_right else "wrong"
    return f'<td class="{kind}" style="--share:{share:.3f}"><b>{count:,}</b><span>{share:.1%}</span></td>'

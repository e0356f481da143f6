"""An evaluation's figures as PNG files: thresholds, confidence, confusions, lengths."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.atomic import save_figure
from rnnlab.evaluation.calibration import reliability
from rnnlab.evaluation.curves import Curve, precision_recall, roc, thinned
from rnnlab.evaluation.groups import Group, by_confidence, by_value
from rnnlab.report.confusion import draw_confusion
from rnnlab.report.curves import COLOURS
from rnnlab.report.page.predictions import Predictions
from rnnlab.report.reliability import Bins, draw_reliability

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_figures(predictions: Predictions, folder: Path) -> list[Path]:
    """Write roc, precision_recall, reliability, confusion_matrix, by_length, by_confidence; return paths."""
    counts = _confusion(predictions)
    binned = reliability(predictions.labels, predictions.probabilities)
    bins = Bins(binned.counts.tolist(), binned.confidences.tolist(), binned.accuracies.tolist(), binned.error)
    right, shares = predictions.right, predictions.probabilities
    figures = {
        "roc": draw_thresholds(predictions, roc, ("false positive rate", "true positive rate"), "AUC"),
        "precision_recall": draw_thresholds(predictions, precision_recall, ("recall", "precision"), "AP"),
        "reliability": draw_reliability({"confidence": bins}),
        "confusion_matrix": draw_confusion(counts, predictions.classes),
        "by_length": draw_groups(by_value(predictions.lengths, right), "words in the text", "{:.0f}"),
        "by_confidence": draw_groups(by_confidence(shares, right), "largest probability", "{:.1f}"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        save_figure(figure, folder / f"{name}.png")
    return [folder / f"{name}.png" for name in figures]


def draw_thresholds(
    predictions: Predictions, curve_of: Callable[..., Curve | None], names: tuple[str, str], area: str
) -> Figure:
    """Draw a curve a class, each against the rest, with the area in the legend."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0, 4.6), dpi=120, layout="constrained")
    axis = figure.subplots()
    for index, name in enumerate(predictions.classes[: len(COLOURS)]):
        found = curve_of(predictions.labels == index, predictions.probabilities[:, index])
        if found is not None:
            few = thinned(found, 500)
            axis.plot(few.x, few.y, color=COLOURS[index], label=f"{name} ({area} {found.area:.3f})")
    axis.set(xlabel=names[0], ylabel=names[1], xlim=(-0.01, 1.01), ylim=(-0.01, 1.03))
    axis.grid(color="#eeeeee")
    axis.spines[["top", "right"]].set_visible(False)
    if axis.get_legend_handles_labels()[1]:
        axis.legend(fontsize=8, frameon=False)
    return figure


def draw_groups(groups: list[Group], x_name: str, form: str) -> Figure:
    """Draw the accuracy of each group with its 95 % interval."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6, 4.0), dpi=120, layout="constrained")
    axis = figure.subplots()
    middles = [group.accuracy for group in groups]
    below = [max(group.accuracy - group.interval[0], 0) for group in groups]
    above = [max(group.interval[1] - group.accuracy, 0) for group in groups]
    axis.errorbar(range(len(groups)), middles, (below, above), fmt="o", color=COLOURS[0], ecolor=COLOURS[1])
    ends = [(form.format(group.low), form.format(group.high)) for group in groups]
    names = [low if low == high else f"{low}–{high}" for low, high in ends]
    ticks = [f"{name}\n({group.rows:,})" for name, group in zip(names, groups, strict=True)]
    axis.set_xticks(range(len(groups)), ticks, fontsize=8)
    axis.set(xlabel=f"{x_name} (rows)", ylabel="accuracy")
    axis.grid(axis="y", color="#eeeeee")
    axis.spines[["top", "right"]].set_visible(False)
    return figure


def _confusion(predictions: Predictions) -> list[list[int]]:
    from rnnlab.evaluation.scores import confusion

    found = confusion(predictions.labels, predictions.predicted, len(predictions.classes))
    rows: list[list[int]] = found.tolist()
    return rows

"""The PNG files of a run: its curves, read from metrics.csv, and its confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnnlab.report.confusion import draw_confusion
from rnnlab.report.curves import draw_curves
from rnnlab.report.history import read_history


def curve_figures(metrics_csv: Path, folder: Path) -> list[Path]:
    """Write loss.png and metrics.png, each only if something of it was logged; returns the paths."""
    figures = draw_curves(read_history(metrics_csv))
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
    return [folder / f"{name}.png" for name in figures]


def confusion_figure(
    confusion: Sequence[Sequence[int]], classes: Sequence[str], path: Path, official: bool = True
) -> Path:
    """Write the confusion matrix (C, C) as a PNG: rows are the truth, columns the prediction.

    `official` says whether the rows are the data set's own test split; the title tells if they are not.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draw_confusion(confusion, classes, official).savefig(path)
    return path

"""The PNG files of a run: its curves, read from metrics.csv, and its confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab.atomic import save_figure
from rnnlab.report.confusion import draw_confusion
from rnnlab.report.curves import draw_curves
from rnnlab.report.history import read_history

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def curve_figures(metrics_csv: Path, folder: Path, facts: Sequence[Any] = ()) -> list[Path]:
    """Write loss.png and metrics.png, each only if something of it was logged; returns the paths.

    Args:
        facts: of the metrics, see `rnnlab.report.names.lower_is_better`.
    """
    figures = draw_curves(read_history(metrics_csv), facts)
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        save_figure(figure, folder / f"{name}.png")
    return [folder / f"{name}.png" for name in figures]


def confusion_figure(
    confusion: ArrayLike, classes: Sequence[str], path: Path, split: str = "test", notes: Sequence[str] = ()
) -> Path:
    """Write the confusion matrix (C, C) as a PNG: rows are the truth, columns the prediction.

    Args:
        split: name of the predicted split.
        notes: lines under the title, such as `not the official split`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    save_figure(draw_confusion(confusion, classes, split, notes), path)
    return path

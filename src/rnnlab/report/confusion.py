"""Draw the confusion matrix; with many classes, the most confused ones and the rest merged into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

MOST = 30  # most classes with readable names
REST = "other"


def draw_confusion(
    confusion: ArrayLike, classes: Sequence[str], split: str = "test", notes: Sequence[str] = ()
) -> Figure:
    """Draw counts (C, C) and their fraction of each row: rows are the truth, columns the prediction.

    With more than 30 classes, the 29 with the most mistakes are drawn and all others merged into one, as the
    title notes.

    Args:
        split: name of the predicted split.
        notes: further lines of the title.
    """
    from matplotlib.figure import Figure

    whole = np.asarray(confusion)
    counts, names = most_confused(whole, classes)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    title = [f"{split}: {np.trace(whole):,} of {whole.sum():,} right", *notes]
    if len(names) < len(whole):
        title.insert(1, f"the {MOST - 1} of {len(whole):,} classes with the most mistakes; the rest as one")
    size = min(max(4.6, 1.5 + 1.1 * len(names)), 14.0)
    figure = Figure(figsize=(size + 0.8, size), dpi=120, layout="constrained")
    axis = figure.subplots()
    image = axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [name if len(name) <= 24 else name[:23] + "…" for name in names]
    gap, font = ("\n", 10) if len(names) <= 12 else (" ", 7)
    rows = [f"{name}{gap}({total:,})" for name, total in zip(names, counts.sum(1), strict=True)]
    axis.set_xticks(range(len(names)), names, fontsize=font)
    if max(map(len, names)) > 9 or len(names) > 6:
        for tick in axis.get_xticklabels():
            tick.set(rotation=40, ha="right", rotation_mode="anchor")
    axis.set_yticks(range(len(names)), rows, fontsize=font)
    axis.set(xlabel="prediction", ylabel="truth (rows)", title="\n".join(title))
    _write_cells(axis, counts, shares)
    figure.colorbar(image, ax=axis, shrink=0.8, label="share of its row")
    return figure


def most_confused(
    confusion: np.ndarray, classes: Sequence[str], most: int = MOST
) -> tuple[np.ndarray, list[str]]:
    """Merge all but the most confused classes into one; return counts (M, M) and names, M <= `most`.

    The `most` - 1 classes with the most false positives and false negatives stay, in their original order.
    The diagonal cell of the merged class also counts confusions among its members.

    Args:
        confusion: counts (C, C); rows are the truth, columns the prediction.
    """
    if len(confusion) <= most:
        return confusion, list(classes)
    mistakes = confusion.sum(0) + confusion.sum(1) - 2 * np.diagonal(confusion)
    chosen = np.sort(np.argsort(-mistakes, kind="stable")[: most - 1])
    place = np.full(len(confusion), most - 1)
    place[chosen] = np.arange(most - 1)
    counts = np.zeros((most, most), dtype=confusion.dtype)
    np.add.at(counts, (place[:, None], place[None, :]), confusion)
    left = len(confusion) - len(chosen)
    return counts, [*(classes[index] for index in chosen), f"{REST} ({left:,} classes)"]


def _write_cells(axis: Axes, counts: np.ndarray, shares: np.ndarray) -> None:
    """Write count and percentage into each cell; with more than 12 classes, only the percentage."""
    small = len(counts) > 12
    for (row, column), share in np.ndenumerate(shares):
        text = f"{share:.0%}" if small else f"{counts[row, column]:,}\n{share:.1%}"
        colour = "white" if share > 0.55 else "black"
        axis.text(column, row, text, ha="center", va="center", color=colour, fontsize=6 if small else 10)

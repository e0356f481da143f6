"""The confusion matrix as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_confusion(
    confusion: Sequence[Sequence[int]], classes: Sequence[str], official: bool = True
) -> Figure:
    """Counts and the share of each row (C, C): rows are the truth, columns the prediction.

    The title says so where the test split is not the `official` one.
    """
    from matplotlib.figure import Figure

    counts = np.asarray(confusion)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    title = f"test: {np.trace(counts):,} of {counts.sum():,} right" + (
        "" if official else "\nnot the official split"
    )
    size = min(max(4.6, 1.5 + 1.1 * len(classes)), 14.0)
    figure = Figure(figsize=(size + 0.8, size), dpi=120, layout="constrained")
    axis = figure.subplots()
    image = axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [name if len(name) <= 24 else name[:23] + "…" for name in classes]
    gap, font = ("\n", 10) if len(names) <= 12 else (" ", 7)
    rows = [f"{name}{gap}({total:,})" for name, total in zip(names, counts.sum(1), strict=True)]
    axis.set_xticks(range(len(names)), names, fontsize=font)
    if max(map(len, names)) > 9 or len(names) > 6:
        for tick in axis.get_xticklabels():
            tick.set(rotation=40, ha="right", rotation_mode="anchor")
    axis.set_yticks(range(len(names)), rows, fontsize=font)
    axis.set(xlabel="prediction", ylabel="truth (rows)", title=title)
    _write_cells(axis, counts, shares)
    figure.colorbar(image, ax=axis, shrink=0.8, label="share of its row")
    return figure


def _write_cells(axis: Axes, counts: np.ndarray, shares: np.ndarray) -> None:
    """The count and its percentage in each cell; above 12 classes the percentage alone, above 30 nothing."""
    if len(counts) > 30:
        return
    small = len(counts) > 12
    for (row, column), share in np.ndenumerate(shares):
        text = f"{share:.0%}" if small else f"{counts[row, column]:,}\n{share:.1%}"
        colour = "white" if share > 0.55 else "black"
        axis.text(column, row, text, ha="center", va="center", color=colour, fontsize=6 if small else 10)

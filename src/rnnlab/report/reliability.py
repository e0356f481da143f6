"""The reliability diagram: accuracy against confidence of a classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.atomic import save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BAR, LINE, SHARE = "#0072B2", "#D55E00", "#999999"  # Okabe and Ito (2008)


class Bins(NamedTuple):
    """Rows, mean confidence and accuracy of bins of equal width from 0 to 1, and the calibration error."""

    counts: Sequence[int]
    confidences: Sequence[float]
    accuracies: Sequence[float]
    error: float


def reliability_figure(panels: Mapping[str, Bins], path: Path) -> Path:
    """Write a PNG with a panel for each name: the accuracy of each bin, and below it the fraction of rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_figure(draw_reliability(panels), path)
    return path


def draw_reliability(panels: Mapping[str, Bins]) -> Figure:
    """Draw the bars: on the diagonal for a calibrated classifier, below it for an overconfident one."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.4 * len(panels), 5.0), dpi=120, layout="constrained")
    axes = figure.subplots(2, len(panels), squeeze=False, sharex=True, height_ratios=[3, 1])
    for column, (title, bins) in enumerate(panels.items()):
        _draw_accuracy(axes[0, column], title, bins)
        _draw_shares(axes[1, column], bins)
    return figure


def _draw_accuracy(axis: Axes, title: str, bins: Bins) -> None:
    """Draw each bin's accuracy as a bar, and its mean confidence as the mark that the bar should reach."""
    width = 1 / len(bins.counts)
    places = (np.arange(len(bins.counts)) + 0.5) * width
    filled = np.asarray(bins.counts) > 0
    heights, marks = np.asarray(bins.accuracies)[filled], np.asarray(bins.confidences)[filled]
    axis.plot([0, 1], [0, 1], color=SHARE, linestyle="--", linewidth=1)
    axis.bar(places[filled], heights, width * 0.92, color=BAR, alpha=0.75, label="accuracy")
    ends = (places[filled] - 0.46 * width, places[filled] + 0.46 * width)
    axis.hlines(marks, *ends, color=LINE, linewidth=2.2, label="mean confidence")
    axis.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="accuracy", title=f"{title}\nECE {bins.error:.4f}")
    axis.legend(loc="upper left", fontsize=8, frameon=False)


def _draw_shares(axis: Axes, bins: Bins) -> None:
    width, counts = 1 / len(bins.counts), np.asarray(bins.counts)
    places = (np.arange(len(counts)) + 0.5) * width
    axis.bar(places, counts / max(counts.sum(), 1), width * 0.92, color=SHARE)
    axis.set(xlabel="confidence (largest probability)", ylabel="share of rows")

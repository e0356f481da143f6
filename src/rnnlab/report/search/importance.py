"""Bars of each setting's importance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rnnlab.report.search.tried import BLUE, Goal, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_importance(
    shares: Sequence[Mapping[str, float]], goals: Sequence[Goal], method: str, settings: int
) -> Figure:
    """Draw a panel for each goal: the fraction of the variance due to each key, the largest on top.

    Args:
        shares: for each goal, key to fraction in [0, 1].
        method: how the fractions were computed, for the title.
        settings: number of settings they were computed from.
    """
    from matplotlib.figure import Figure

    height = 1.3 + 0.36 * max(map(len, shares))
    figure = Figure(figsize=(6.8, height * len(goals)), dpi=120, layout="constrained")
    axes = figure.subplots(len(goals), 1, squeeze=False)[:, 0]
    for axis, share, goal in zip(axes, shares, goals, strict=True):
        ordered = sorted(share.items(), key=lambda item: item[1])
        keys, values = [key for key, _ in ordered], [value for _, value in ordered]
        bars = axis.barh(keys, values, color=BLUE, height=0.62)
        axis.bar_label(bars, [f"{value:.0%}" for value in values], padding=4, fontsize=8)
        axis.set_xlim(0, 1.12 * max([*share.values(), 0.01]))
        axis.set_xlabel(f"share of the variance of {goal.name}", fontsize=9)
        plain(axis)
        axis.grid(visible=False)
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes[0].set_title(f"{method}, {settings:,} settings", fontsize=10, loc="left")
    return figure

"""The history of a search: each setting's result, in the order in which they ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.report.search.tried import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    RED,
    Goal,
    Tried,
    contenders,
    finished,
    legend_above,
    plain,
    sane_limits,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_progress(tried: Sequence[Tried], goals: Sequence[Goal]) -> Figure:
    """Draw a panel for each goal.

    Args:
        tried: in the order in which they ended; at least one has finished.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.6, 4.2 * len(goals)), dpi=120, layout="constrained")
    axes = figure.subplots(len(goals), 1, squeeze=False)[:, 0]
    for place, (axis, goal) in enumerate(zip(axes, goals, strict=True)):
        _draw_goal(axis, tried, place, goal)
    return figure


def _draw_goal(axis: Axes, tried: Sequence[Tried], place: int, goal: Goal) -> None:
    from matplotlib.ticker import MaxNLocator

    halves = [one.halves[place] or 0.0 for one in finished(tried) if one.halves]
    around = float(np.median(halves)) if halves else 0.0  # room for half of the intervals
    low, high = sane_limits([one.objectives[place] for one in finished(tried)], goal)
    limits = low - around, high + around
    axis.set_ylim(*limits)
    _draw_finished(axis, tried, place, limits)
    _draw_best(axis, tried, place, goal)
    edge = limits[1] if goal.lowest else limits[0]
    _draw_others(axis, tried, place, limits, edge)
    axis.set_xlabel("settings in the order in which they ended", fontsize=9)
    axis.set_ylabel(goal.label, fontsize=9)
    axis.set_xlim(0.2, len(tried) + 0.8)
    axis.xaxis.set_major_locator(MaxNLocator(10, integer=True, min_n_ticks=1))
    plain(axis)
    legend_above(axis)


def _draw_finished(axis: Axes, tried: Sequence[Tried], place: int, limits: tuple[float, float]) -> None:
    done = [(i, one) for i, one in enumerate(tried, 1) if one.state == "finished" and one.objectives]
    orders, values = [i for i, _ in done], [one.objectives[place] for _, one in done]
    halves = [(one.halves[place] or 0.0) if one.halves else 0.0 for _, one in done]
    if any(halves):
        label = "95 % interval over seeds"
        axis.errorbar(orders, values, halves, fmt="none", ecolor=BLUE, alpha=0.35, linewidth=1, label=label)
    for is_whole, label, fill in ((True, "finished", BLUE), (False, "seeds missing", "white")):
        dots = [(i, one.objectives[place]) for i, one in done if one.is_whole == is_whole]
        if dots:
            line = axis.plot(*zip(*dots, strict=True), "o", color=BLUE, markersize=4.5, alpha=0.75)[0]
            line.set(markerfacecolor=fill, label=f"{label} ({len(dots)})")
    far = [i for i, value in zip(orders, values, strict=True) if not limits[0] <= value <= limits[1]]
    if far:
        edge = limits[0] if min(values) < limits[0] else limits[1]
        marker = "v" if edge == limits[0] else "^"
        look: Any = {"color": GREY, "linestyle": "none", "markersize": 6, "clip_on": False}
        axis.plot(far, [edge] * len(far), marker=marker, label=f"beyond the axis ({len(far)})", **look)


def _draw_best(axis: Axes, tried: Sequence[Tried], place: int, goal: Goal) -> None:
    """Draw the best so far as a step line, and a ring around the best of all."""
    worst = np.inf if goal.lowest else -np.inf
    names = {one.name for one in contenders(tried)}
    values = [one.objectives[place] if one.name in names else worst for one in tried]
    so_far = (np.minimum if goal.lowest else np.maximum).accumulate(values)
    known = np.isfinite(so_far)
    orders = np.arange(1, len(tried) + 1)
    axis.step(orders[known], so_far[known], where="post", color=GREEN, linewidth=1.6, label="best so far")
    best = int(np.argmin(values) if goal.lowest else np.argmax(values))
    ring = axis.plot(best + 1, values[best], "o", color=GREEN, markersize=11)[0]
    ring.set_markerfacecolor("none")
    text = f"trial {tried[best].name}: {values[best]:.4g}"
    right = best > 0.7 * len(tried)
    offset, side = (-8 if right else 8, -14 if goal.lowest else 10), "right" if right else "left"
    axis.annotate(text, (best + 1, values[best]), offset, textcoords="offset points", fontsize=8, ha=side)
    low, high = axis.get_ylim()
    space = 0.09 * (high - low)
    axis.set_ylim((low - space, high) if goal.lowest else (low, high + space))


def _draw_others(
    axis: Axes, tried: Sequence[Tried], place: int, limits: tuple[float, float], edge: float
) -> None:
    """Draw pruned settings at their last value, clipped to the edge, and failed ones at the edge."""
    pruned = [(i, one) for i, one in enumerate(tried, 1) if one.state == "pruned"]
    if pruned:
        seen = [one.objectives[place] if one.objectives else edge for _, one in pruned]
        seen = np.clip(seen, *limits).tolist()
        label = f"pruned ({len(pruned)})"
        axis.plot([i for i, _ in pruned], seen, "x", color=ORANGE, markersize=5.5, label=label, clip_on=False)
    failed = [i for i, one in enumerate(tried, 1) if one.state == "failed"]
    if failed:
        label = f"failed ({len(failed)})"
        axis.plot(failed, [edge] * len(failed), "s", color=RED, markersize=5, label=label, clip_on=False)

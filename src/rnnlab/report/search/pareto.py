"""Pairs of goals against each other, with the Pareto front."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.report.search.tried import BLUE, GREEN, Goal, Tried, finished, legend_above, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMED = 14  # most settings of the front with labels
WIDE = 30.0  # ratio of largest to smallest value above which an axis is logarithmic


def draw_pareto(tried: Sequence[Tried], goals: Sequence[Goal], front: Collection[int]) -> Figure:
    """Draw a point a setting for each pair of goals; the front is joined and labelled with its trials.

    Args:
        front: the names of the settings that no other one dominates.
    """
    from matplotlib.figure import Figure

    pairs = [(x, y) for y in range(len(goals)) for x in range(y + 1, len(goals))][:3]
    figure = Figure(figsize=(6.4 * len(pairs), 4.8), dpi=120, layout="constrained")
    axes = figure.subplots(1, len(pairs), squeeze=False)[0]
    for axis, (x, y) in zip(axes, pairs, strict=True):
        _draw_pair(axis, finished(tried), goals, (x, y), front)
    return figure


def _draw_pair(
    axis: Axes, tried: Sequence[Tried], goals: Sequence[Goal], pair: tuple[int, int], front: Collection[int]
) -> None:
    x, y = pair
    rest = [one for one in tried if one.name not in front]
    best = sorted((one for one in tried if one.name in front), key=lambda one: one.objectives[x])
    spots = [[one.objectives[place] for one in rest] for place in pair]
    axis.plot(*spots, "o", color=BLUE, alpha=0.5, markersize=5, label=f"beaten by another ({len(rest)})")
    corner = "steps-post" if goals[x].lowest else "steps-pre"
    line: Any = {"drawstyle": corner} if len(goals) == 2 else {"linestyle": "none"}
    spots = [[one.objectives[place] for one in best] for place in pair]
    label = f"Pareto front ({len(best)})"
    axis.plot(*spots, color=GREEN, marker="D", markersize=6, linewidth=1.4, label=label, **line)
    for place, one in enumerate(best[:NAMED]):
        where, offset = (one.objectives[x], one.objectives[y]), (7, 5 if place % 2 else -11)
        axis.annotate(f"{one.name}", where, offset, textcoords="offset points", fontsize=8)
    for place, set_scale, ticks in ((x, axis.set_xscale, axis.xaxis), (y, axis.set_yscale, axis.yaxis)):
        values = [one.objectives[place] for one in tried]
        is_log = min(values) > 0 and max(values) > WIDE * min(values)
        set_scale("log" if is_log else "linear")
        if not is_log and max(map(abs, values)) >= 1000:
            ticks.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axis.set_xlabel(goals[x].label, fontsize=9)
    axis.set_ylabel(goals[y].label, fontsize=9)
    plain(axis)
    legend_above(axis)

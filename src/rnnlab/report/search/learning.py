"""The validation curves of all jobs of a search in one figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.report.history import Series
from rnnlab.report.search.tried import BLUE, GREEN, ORANGE, RED, Goal, legend_above, plain, sane_limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Curve(NamedTuple):
    """One job's validations; `is_best` if the job belongs to the best setting."""

    state: str
    series: Series
    is_best: bool = False


LOOKS: dict[str, tuple[str, Any]] = {"finished": (BLUE, "-"), "pruned": (ORANGE, "--"), "failed": (RED, ":")}
OTHER: tuple[str, Any] = ("#9a9a9a", "-")


def draw_learning(curves: Sequence[Curve], goal: Goal) -> Figure:
    """Draw curves over the optimizer's steps: a pruned job's ends in a cross, the best setting's are bold."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7.6, 4.6), dpi=120, layout="constrained")
    axis = figure.subplots()
    for curve in sorted(curves, key=lambda curve: curve.is_best):
        _draw_curve(axis, curve, len(curves))
    _legend(axis, curves)
    values = [value for curve in curves for value in curve.series.values]
    axis.set_ylim(*sane_limits(values, goal))
    axis.set_xlabel("optimizer step", fontsize=9)
    axis.set_ylabel(goal.label, fontsize=9)
    axis.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
    plain(axis)
    return figure


def _draw_curve(axis: Axes, curve: Curve, count: int) -> None:
    colour, line = LOOKS.get(curve.state, OTHER)
    steps, values = np.array(curve.series.steps), np.array(curve.series.values)
    dots = "." if len(steps) <= 12 else None
    if curve.is_best:
        axis.plot(steps, values, color=GREEN, linewidth=2.4, marker=dots, zorder=4)
        return
    pale = float(np.clip(12 / count, 0.2, 0.7))
    look: Any = {"color": colour, "linestyle": line, "linewidth": 1.1, "marker": dots, "markersize": 3}
    axis.plot(steps, values, alpha=pale, **look)
    if curve.state == "pruned":
        axis.plot(steps[-1:], values[-1:], "x", color=colour, markersize=6, zorder=3)


def _legend(axis: Axes, curves: Sequence[Curve]) -> None:
    """Explain the colours, with the number of curves of each."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=GREEN, linewidth=2.4, label="best setting")]
    for state in dict.fromkeys([*LOOKS, *(curve.state for curve in curves)]):
        count = sum(curve.state == state for curve in curves)
        colour, line = LOOKS.get(state, OTHER)
        cross = "x" if state == "pruned" else None
        label = f"{state} ({count})"
        if count:
            handles.append(Line2D([], [], color=colour, linestyle=line, marker=cross, label=label))
    if not any(curve.is_best for curve in curves):
        handles = handles[1:]
    legend_above(axis, handles)

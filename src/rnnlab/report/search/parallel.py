"""Parallel coordinates: each setting is a line through its choices, coloured by its result."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.report.search.tried import Goal, Scale, Tried, best_of, finished, sane_limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ABSENT = -0.12  # height of a line whose setting does not use this axis
SPREAD = 0.05  # of lines through the same choice, to keep them distinct


def draw_parallel(tried: Sequence[Tried], scales: Sequence[Scale], goal: Goal) -> Figure:
    """Draw a vertical axis for each searched setting, and one for the goal, on the right.

    Only finished settings are drawn: the better the darker, the best in bold.
    """
    from matplotlib.collections import LineCollection
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

    best = best_of(tried, 0, [goal])
    found = sorted(finished(tried), key=lambda one: one.objectives[0], reverse=goal.lowest)  # worst first
    low, high = sane_limits([one.objectives[0] for one in found], goal)
    result = Scale(goal.name, (), low, high)
    columns = [_heights(found, scale) for scale in scales]
    columns.append(np.clip([_height(one.objectives[0], result) for one in found], -0.02, 1.02))
    heights = np.stack(columns, 1)  # (settings, axes)
    colours = "viridis" if goal.lowest else "viridis_r"  # the best is dark
    figure = Figure(figsize=(max(5.6, 1.55 * (len(scales) + 1) + 1.2), 4.6), dpi=120, layout="constrained")
    axis = figure.subplots()
    lines = LineCollection(
        [np.column_stack([np.arange(len(row)), row]) for row in heights],
        array=np.array([one.objectives[0] for one in found]),
        cmap=colours,
        norm=Normalize(low, high),
        linewidths=[3.0 if one is best else 1.1 for one in found],
        alpha=0.8,
    )
    axis.add_collection(lines)
    for place, scale in enumerate([*scales, result]):
        _draw_axis(axis, place, scale, any(scale.key not in one.values for one in found) and scale != result)
    names = [*(scale.key for scale in scales), goal.label.replace(" (", "\n(")]
    _frame(axis, names, has_absent=bool((heights == ABSENT).any()))
    title = f"{len(found)} settings, dark is good; bold: trial {best.name}, {best.objectives[0]:.4g}"
    axis.set_title(title, fontsize=10, loc="left")
    return figure


def _heights(found: Sequence[Tried], scale: Scale) -> np.ndarray:
    """Return the heights at which settings cross an axis, 0 to 1; equal choices are spread by rank."""
    heights = np.array([_height(one.values.get(scale.key), scale) for one in found])
    for height in np.unique(heights) if scale.choices else []:
        same = np.flatnonzero(heights == height)
        if len(same) > 1 and height != ABSENT:
            heights[same] += np.linspace(-SPREAD, SPREAD, len(same)) / max(len(scale.choices) / 3, 1)
    return heights


def _height(value: Any, scale: Scale) -> float:
    if value is None:
        return ABSENT
    if scale.choices:
        return scale.choices.index(str(value)) / max(len(scale.choices) - 1, 1)
    low, high, place = scale.low, scale.high, float(value)
    if scale.is_log:
        low, high, place = log10(low), log10(high), log10(max(place, 1e-300))
    return (place - low) / (high - low) if high > low else 0.5


def _draw_axis(axis: Axes, place: int, scale: Scale, is_conditional: bool) -> None:
    """Draw the axis and its labels: every choice, or round numbers."""
    axis.axvline(place, ymin=0, color="#444444", linewidth=0.9, zorder=3)
    for value, text in _ticks(scale):
        _tick(axis, place, _height(value, scale), text)
    if is_conditional:
        _tick(axis, place, ABSENT, "(none)")


def _tick(axis: Axes, place: int, height: float, text: str) -> None:
    box = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.82}
    axis.plot([place - 0.015, place + 0.015], [height, height], color="#444444", linewidth=0.9, zorder=3)
    axis.text(place + 0.03, height, text, fontsize=7.5, va="center", bbox=box, zorder=4)


def _ticks(scale: Scale) -> list[tuple[Any, str]]:
    if scale.choices:
        return [(choice, choice if len(choice) <= 18 else f"{choice[:17]}…") for choice in scale.choices]
    if not scale.is_log:
        from matplotlib.ticker import MaxNLocator

        locator = MaxNLocator(5, integer=scale.is_int, min_n_ticks=1)
        found = [v for v in locator.tick_values(scale.low, scale.high) if scale.low <= v <= scale.high]
        return [(value, f"{value:.4g}") for value in found]
    decades = range(floor(log10(scale.low)), floor(log10(scale.high)) + 1)
    steps = (1,) if len(decades) > 3 else (1, 3) if len(decades) > 1 else (1, 2, 5)
    values = [step * 10.0**decade for decade in decades for step in steps]
    return [(v, f"{v:g}") for v in values if scale.low * 0.999 <= v <= scale.high * 1.001]


def _frame(axis: Axes, names: Sequence[str], has_absent: bool) -> None:
    from matplotlib import ticker

    axis.set_xlim(-0.15, len(names) - 1 + 0.35)
    axis.set_ylim(ABSENT - 0.06 if has_absent else -0.07, 1.07)
    short = [name.replace(".", ".\n", 1) if len(name) > 14 and "\n" not in name else name for name in names]
    axis.set_xticks(range(len(names)), short, fontsize=8.5)
    axis.yaxis.set_major_locator(ticker.NullLocator())
    axis.spines[:].set_visible(False)
    axis.tick_params(axis="x", length=0)

"""Loss and metric curves over the training steps, as figures.

Figures are matplotlib objects without pyplot, so that nothing global is touched and no display is needed.
Colours are those of Okabe and Ito (2008), distinct for colour-blind readers; markers differ as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.report.history import Series, epoch_ends
from rnnlab.report.names import class_part, label, lower_is_better, of_epoch, split_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
MARKERS = "osD^vPX*"
LOOKS = {"train": 0, "val": 1}  # slots in the two rows above
EPOCH_LOOK, OTHER_LOOK = 2, 6
MANY_POINTS = 120


def draw_curves(history: Mapping[str, Series], facts: Sequence[Any] = ()) -> dict[str, Figure]:
    """Draw `loss` and `metrics`, each only if any of it was logged; test metrics are left out.

    Args:
        facts: of the metrics, see `rnnlab.report.names.lower_is_better`.
    """
    history = {name: series for name, series in history.items() if split_of(name) != "test"}
    panels: dict[str, dict[str, Series]] = {}
    for name, series in history.items():
        part = class_part(name)
        title = f"{part[0]} of each class ({split_of(name)})" if part else label(name)
        panels.setdefault(title, {})[name] = series
    panels = dict(sorted(panels.items(), key=lambda panel: min(map(_reading_order, panel[1]))))
    ends = epoch_ends(history)
    figures = {}
    if "loss" in panels:
        figures["loss"] = _panel_figure({"loss": panels.pop("loss")}, ends, facts)
    if panels:
        figures["metrics"] = _panel_figure(panels, ends, facts)
    return figures


def _reading_order(name: str) -> tuple[int, int]:
    """Return a panel's sort key: validation, training only, then settings; whole before by class."""
    return {"val": 0, "train": 1}.get(split_of(name), 2), int(class_part(name) is not None)


def _panel_figure(
    panels: Mapping[str, Mapping[str, Series]], ends: Sequence[int], facts: Sequence[Any]
) -> Figure:
    """Draw a grid of panels, one a metric, three in a row, over the same range of training steps."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    columns = min(3, len(panels)) if len(panels) != 4 else 2
    rows = -(-len(panels) // columns)
    width, height = (7.0, 4.2) if len(panels) == 1 else (4.4 * columns, 3.2 * rows)
    figure = Figure(figsize=(width, height), dpi=120, layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1))
    last = max(step for curves in panels.values() for series in curves.values() for step in series.steps)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for axis, (title, curves) in zip(axes, panels.items(), strict=False):
        _draw_panel(axis, title, curves, ends, facts)
        axis.set_xlim(-0.02 * max(last, 1), 1.04 * max(last, 1))
    for axis in axes[len(panels) :]:
        axis.set_visible(False)
    return figure


def _draw_panel(
    axis: Axes, title: str, curves: Mapping[str, Series], ends: Sequence[int], facts: Sequence[Any]
) -> None:
    from matplotlib.ticker import MaxNLocator

    for index, (name, series) in enumerate(_most_telling(curves).items()):
        part = class_part(name)
        look = index if part else EPOCH_LOOK if of_epoch(name) else LOOKS.get(split_of(name), OTHER_LOOK)
        mean = ", epoch's mean" if of_epoch(name) else ""
        _draw_curve(axis, series, part[1] if part else split_of(name) + mean, look)
        if split_of(name) == "val" and not part:
            _mark_best(axis, series, lower_is_better(name, facts), COLOURS[look])
    shown_ends = ends if len(ends) <= 24 else []
    for step in shown_ends:
        axis.axvline(step, color="#dddddd", linewidth=0.8, zorder=0)
    axis.set_xlabel("step" + (" (grey lines: end of an epoch)" if shown_ends else ""), fontsize=9)
    axis.tick_params(labelsize=8)
    axis.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    axis.grid(axis="y", color="#eeeeee")
    axis.margins(y=0.12)
    axis.spines[["top", "right"]].set_visible(False)
    is_log = _is_wide([value for series in curves.values() for value in series.values])
    axis.set_yscale("log" if is_log else "linear")
    _write_head(axis, title + (" (log scale)" if is_log else ""))


def _write_head(axis: Axes, title: str) -> None:
    """Write the title and, under it, the legend, four names a line: inside the axes it would cover points."""
    num_lines = -(-len(axis.get_legend_handles_labels()[1]) // 4)
    axis.set_title(title, fontsize=10, loc="left", pad=6 + 12 * num_lines)
    if num_lines:
        axis.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            borderaxespad=0.2,
            ncols=4,
            fontsize=7.5,
            frameon=False,
            columnspacing=1.2,
            handlelength=1.6,
        )


def _most_telling(curves: Mapping[str, Series]) -> Mapping[str, Series]:
    """Return at most as many curves as there are colours: those that end lowest."""
    if len(curves) <= len(COLOURS):
        return curves
    lowest = sorted(curves, key=lambda name: curves[name].values[-1])[: len(COLOURS)]
    return {name: curves[name] for name in lowest}


def _draw_curve(axis: Axes, series: Series, name: str, look: int) -> None:
    """Draw few points as a marked line; many training points as their running mean over pale raw values."""
    steps, values, colour = np.array(series.steps), np.array(series.values), COLOURS[look]
    if len(values) <= MANY_POINTS or name != "train":
        dots = MARKERS[look] if len(values) <= 40 else None
        axis.plot(steps, values, color=colour, marker=dots, markersize=4, linewidth=1.4, label=name)
        return
    axis.plot(steps, values, color=colour, alpha=0.22, linewidth=0.7)
    axis.plot(steps, _running_mean(values, len(values) // 60), color=colour, linewidth=1.6, label=name)


def _running_mean(values: np.ndarray, window: int) -> np.ndarray:
    """Return the mean of the `window` values on each side (fewer at the two ends); same length."""
    finite = np.isfinite(values)
    kernel = np.ones(2 * window + 1)
    total = np.convolve(np.where(finite, values, 0.0), kernel, mode="same")
    count = np.convolve(finite.astype(float), kernel, mode="same")
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def _mark_best(axis: Axes, series: Series, lowest: bool, colour: str) -> None:
    """Mark the best value with a ring and name it in the legend."""
    values = np.array(series.values)
    if not np.isfinite(values).any():
        return
    best = int(np.nanargmin(values) if lowest else np.nanargmax(values))
    name = f"best val {values[best]:.4g}"
    ring = axis.plot(series.steps[best], values[best], "o", color=colour, markersize=10, label=name)[0]
    ring.set_markerfacecolor("none")


def _is_wide(values: Sequence[float]) -> bool:
    """Return whether a run blew up, so that only a log scale shows its lower part too."""
    finite = [value for value in values if np.isfinite(value)]
    return bool(finite) and min(finite) > 0 and max(finite) > 50 * float(np.median(finite))

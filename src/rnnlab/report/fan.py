"""Fan charts: the end of a series, its forecast with bands of quantiles, and what came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.report.curves import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TICKS = 5
SHADES = (0.12, 0.2, 0.3)  # from the widest band to the narrowest


class Band(NamedTuple):
    """An interval of each step: the percentage of values that it is to hold, and its ends (H,)."""

    percent: float
    low: Sequence[float]
    high: Sequence[float]


class Fan(NamedTuple):
    """A series and its forecast.

    Attributes:
        times: names of all n + H points; history: (n,) values, NaN where missing; point: (H,) forecast.
        bands: from the widest to the narrowest.
        truth: (H,) values that came; none where they are unknown.
    """

    title: str
    times: Sequence[Any]
    history: Sequence[float]
    point: Sequence[float]
    bands: Sequence[Band] = ()
    truth: Sequence[float] = ()


def bands_of(levels: Sequence[float], quantiles: np.ndarray, most: int = 3) -> list[Band]:
    """Return the intervals between levels that lie as far below 0.5 as above, from quantiles (H, Q)."""
    found = []
    for low, level in enumerate(levels):
        high = next((place for place, one in enumerate(levels) if abs(one + level - 1) < 1e-9), None)
        if level < 0.5 and high is not None:
            percent = round(100 * (levels[high] - level), 6)
            found.append(Band(percent, quantiles[:, low].tolist(), quantiles[:, high].tolist()))
    return found if len(found) <= most else [found[0], found[len(found) // 2], found[-1]]


def draw_fans(fans: Sequence[Fan]) -> Figure:
    """Draw a panel for each chart, below each other."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 2.6 * len(fans) + 0.4), dpi=120, layout="constrained")
    axes = figure.subplots(len(fans), squeeze=False)[:, 0]
    for axis, fan in zip(axes, fans, strict=True):
        draw_fan(axis, fan)
    axes[0].legend(fontsize=8, frameon=False, loc="upper left", ncols=5)
    return figure


def draw_fan(axis: Axes, fan: Fan) -> None:
    count = len(fan.history)
    before, ahead = np.arange(count), np.arange(count, count + len(fan.point))
    axis.plot(before, fan.history, color="#444444", linewidth=1.1, label="history")
    for band, shade in zip(fan.bands, SHADES[-len(fan.bands) :] if fan.bands else (), strict=True):
        name = f"{band.percent:g} %"
        axis.fill_between(ahead, band.low, band.high, color=COLOURS[0], alpha=shade, linewidth=0, label=name)
    axis.plot(ahead, fan.point, color=COLOURS[0], linewidth=1.6, label="forecast")
    if len(fan.truth):
        axis.plot(ahead, fan.truth, color=COLOURS[1], linewidth=1.1, label="truth")
    places = np.unique(np.linspace(0, len(fan.times) - 1, TICKS).round().astype(int))
    axis.set_xticks(places, [str(fan.times[place]) for place in places], fontsize=8)
    axis.set_title(fan.title, fontsize=10, loc="left")
    axis.axvline(count - 0.5, color="#bbbbbb", linewidth=0.8)
    axis.grid(color="#eeeeee")
    axis.spines[["top", "right"]].set_visible(False)

"""Inputs and helpers shared by the figures of a search: plain numbers, no sweep and no study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

BLUE, RED, GREEN, ORANGE, GREY = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#9a9a9a"  # Okabe and Ito (2008)
STATES = ("finished", "pruned", "failed")


class Goal(NamedTuple):
    """A metric that the search optimises."""

    name: str
    lowest: bool

    @property
    def label(self) -> str:
        return f"{self.name} ({'lower' if self.lowest else 'higher'} is better)"


@dataclass(frozen=True)
class Tried:
    """One setting that has ended.

    Attributes:
        name: the trial's number.
        state: finished, pruned or failed.
        values: its choices; inactive ones are missing.
        objectives: one for each goal, the mean over its seeds; for a pruned setting the last values, or
            empty.
        halves: half of each objective's confidence interval, None for a single seed.
        is_whole: whether all of its seeds have finished; otherwise it is not called the best.
    """

    name: int
    state: str
    values: Mapping[str, Any]
    objectives: tuple[float, ...] = ()
    halves: tuple[float | None, ...] = ()
    is_whole: bool = True


class Scale(NamedTuple):
    """The scale of a searched setting: `choices` in order, or numbers from `low` to `high`."""

    key: str
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    is_log: bool = False
    is_int: bool = False


def finished(tried: Sequence[Tried]) -> list[Tried]:
    return [one for one in tried if one.state == "finished" and one.objectives]


def contenders(tried: Sequence[Tried]) -> list[Tried]:
    """Return the candidates for the best: whole settings or, if there are none, all finished ones."""
    return [one for one in finished(tried) if one.is_whole] or finished(tried)


def best_of(tried: Sequence[Tried], goal: int, goals: Sequence[Goal]) -> Tried:
    """Return the best by one goal; at least one must have finished."""
    pick = min if goals[goal].lowest else max
    return pick(contenders(tried), key=lambda one: one.objectives[goal])


def plain(axis: Axes) -> None:
    """Apply the common style of these figures to the axes."""
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", color="#eeeeee")
    axis.set_axisbelow(True)


def legend_above(axis: Axes, handles: Sequence[Artist] | None = None) -> None:
    """Put the legend above the axes: inside it would cover points."""
    axis.legend(
        handles=axis.get_legend_handles_labels()[0] if handles is None else handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.2,
        ncols=5,
        fontsize=8,
        frameon=False,
    )


def sane_limits(values: Sequence[float], goal: Goal) -> tuple[float, float]:
    """Return a range that shows the good end in full and clips outliers at the bad end."""
    found = np.array([value for value in values if np.isfinite(value)])
    if not len(found):
        return 0.0, 1.0
    low, middle, high = (float(np.quantile(found, share)) for share in (0.25, 0.5, 0.75))
    reach = 4 * max(high - low, 1e-9 * max(abs(middle), 1.0))
    bottom, top = float(found.min()), float(found.max())
    if goal.lowest:
        top = min(top, middle + reach)
    else:
        bottom = max(bottom, middle - reach)
    space = 0.06 * (top - bottom) or 0.05 * max(abs(top), 1e-6)
    return bottom - space, top + space

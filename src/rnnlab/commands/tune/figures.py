"""The plots of the two searches, with the suggestion marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnnlab.commands.tune.batch_size import Trial
from rnnlab.commands.tune.learning_rate import centred, lowest, start
from rnnlab.report.curves import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GREY = "#b8b8b8"


def draw_rates(
    rates: Sequence[float], losses: Sequence[float], suggested: float | None, title: str
) -> Figure:
    """Plot the loss of each step over its learning rate, on a logarithmic axis."""
    figure, axis = _empty(
        f"learning-rate range test: {title}", "learning rate (optimizer.lr)", "training loss"
    )
    means, least = centred(losses), lowest(losses)
    axis.plot(rates, losses, color=GREY, linewidth=1, label="each step")
    axis.plot(rates, means, color=COLOURS[0], linewidth=2, label="mean of both sides")
    axis.set_xscale("log")
    span = max(start(losses) - means[least], 0.05 * start(losses))
    axis.set_ylim(
        means[least] - 0.4 * span, start(losses) + 0.6 * span
    )  # a divergence would flatten the rest
    if suggested is not None:
        axis.plot(rates[least], means[least], "o", color=COLOURS[0], label="lowest")
        axis.axvline(suggested, color=COLOURS[1], label=f"suggested: {suggested:.2g}")
    axis.legend(frameon=False, fontsize=9)
    return figure


def draw_sizes(trials: Sequence[Trial], suggested: int, title: str) -> Figure:
    """Plot tokens per second and the memory used over the batch size."""
    figure, axis = _empty(f"batch sizes: {title}", "data.batch_size", "real tokens a second")
    sizes = [trial.size for trial in trials]
    axis.plot(sizes, [trial.rate for trial in trials], "o-", color=COLOURS[0], label="tokens a second")
    axis.set_xscale("log", base=2)
    axis.set_xticks(sizes, [str(size) for size in sizes])
    axis.set_ylim(bottom=0)
    axis.axvline(suggested, color=COLOURS[1], label=f"suggested: {suggested}")
    memory = axis.twinx()
    used = [trial.memory / 2**20 for trial in trials]
    memory.plot(sizes, used, "s--", color=GREY, label="peak memory")
    memory.set_ylabel("peak memory, MiB", fontsize=9)
    memory.set_ylim(bottom=0)
    memory.spines[["top"]].set_visible(False)
    lines = [*axis.get_lines(), *memory.get_lines()]
    labels = [str(line.get_label()) for line in lines]
    axis.legend(
        lines, labels, frameon=False, fontsize=9, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.14)
    )
    return figure


def _empty(title: str, x: str, y: str) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), dpi=120, layout="constrained")
    axis = figure.subplots()
    axis.set_title(title, fontsize=10, loc="left")
    axis.set_xlabel(x, fontsize=9)
    axis.set_ylabel(y, fontsize=9)
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(color="#eeeeee")
    axis.set_axisbelow(True)
    return figure, axis

"""Figure of the measures over temperature, one panel each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnnlab.atomic import save_figure
from rnnlab.commands.judging.material import Entry
from rnnlab.report.curves import COLOURS, MARKERS

PANELS = (
    "16-grams copied",
    "longest copy",
    "distinct-2",
    "self-BLEU",
    "entropy",
    "real words",
    "coherence",
    "lines apart",
    "marks apart",
    "loops",
    "BLEU",
    "ROUGE-L",
)
COLUMNS = 4


def write_figure(entries: Sequence[Entry], path: Path) -> Path:
    """Write the PNG: one line per run, and a dashed one for the held-out text."""
    from matplotlib.figure import Figure

    models = [entry for entry in entries if entry.temperature is not None]
    human = next(entry for entry in entries if entry.temperature is None)
    rows = -(-len(PANELS) // COLUMNS)
    figure = Figure(figsize=(3.1 * COLUMNS, 2.3 * rows), layout="constrained")
    for place, name in enumerate(PANELS):
        axes = figure.add_subplot(rows, COLUMNS, place + 1)
        for number, run in enumerate(dict.fromkeys(entry.run for entry in models)):
            own = sorted((e for e in models if e.run == run), key=lambda e: e.temperature or 0.0)
            points = [(e.temperature, e.measured[name]) for e in own if name in e.measured]
            label = own[0].name.rsplit(" at ", 1)[0]
            look = {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number % len(MARKERS)]}
            if points:
                axes.plot(*zip(*points, strict=True), label=label, markersize=4, **look)  # type: ignore[arg-type]
        if name in human.measured:
            axes.axhline(human.measured[name], color="#555555", linestyle="--", label="held-out text")
        axes.set_title(name, fontsize=10)
        axes.tick_params(labelsize=8)
        if place >= len(PANELS) - COLUMNS:
            axes.set_xlabel("temperature", fontsize=9)
        if not place:
            axes.legend(fontsize=8)
    save_figure(figure, path, dpi=120)
    return path

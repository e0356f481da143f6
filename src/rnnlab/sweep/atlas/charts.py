"""Charts of the atlas, one for each probe, with the same colour for a model everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from rnnlab.report.page.chart import Frame, colour, figure, letters
from rnnlab.report.page.labels import label_places
from rnnlab.report.page.lines import Line, lines_chart
from rnnlab.report.page.scale import Scale, scale_of
from rnnlab.sweep.atlas.entry import Entry
from rnnlab.sweep.atlas.grid import Grid, title_of, tuning_curve

UNIT = Scale(0.0, 1.04)
LEAST = 1e-6  # a smaller gradient norm is drawn here: the axis is logarithmic
NAMED = {"gradient": "gradient norm", "forgetting": "change of the output"}
Styles = dict[str, int]


def styles_of(models: Sequence[str]) -> Styles:
    """Return the number of each model's colour and dashes."""
    return {model: number for number, model in enumerate(models)}


def length_charts(grid: Grid, styles: Styles) -> list[str]:
    """Return accuracy over test length for each probe: medians, and bands of the seeds' quartiles."""
    return [_length_chart(probe, grid.of_probe(probe), styles) for probe in grid.probes]


def _length_chart(probe: str, entries: Sequence[Entry], styles: Styles) -> str:
    lines = []
    for entry in entries:
        found = [(length, q) for length in entry.lengths if (q := entry.quartiles(length))]
        low, middle, high = ([q[place] for _, q in found] for place in range(3))
        lines.append(Line(entry.model, styles[entry.model], [n for n, _ in found], middle, low, high))
    first = entries[0]
    chance = {length: first.chance[str(length)] for length in first.lengths if str(length) in first.chance}
    inside = all(0 <= value <= 1 for value in chance.values())
    guides = [(list(chance), list(chance.values()))] if chance and inside else []
    x_name = f"length ({first.unit})" if first.unit else "length"
    note = f"trained to length {first.longest}"
    return lines_chart(title_of(probe), lines, x_name, "test accuracy", UNIT, guides, note)


def budget_charts(grid: Grid, styles: Styles) -> list[str]:
    """Return the expected test accuracy of the best of k settings for each probe."""
    charts = []
    for probe in grid.probes:
        curves = [(entry, tuning_curve(entry)) for entry in grid.of_probe(probe)]
        lines = [
            Line(entry.model, styles[entry.model], range(1, len(curve) + 1), curve)
            for entry, curve in curves
            if curve
        ]
        charts.append(lines_chart(title_of(probe), lines, "settings tried", "expected test accuracy", UNIT))
    return charts


def memory_charts(grid: Grid, styles: Styles, name: str) -> list[str]:
    """Return gradient norms, or forgetting, over steps back for each probe.

    Args:
        name: gradient or forgetting.
    """
    is_log = name == "gradient"
    charts = []
    for probe in grid.probes:
        lines = []
        for entry in grid.of_probe(probe):
            if entry.memory:
                values = [max(value, LEAST) if is_log else value for value in entry.memory[name]]
                lines.append(Line(entry.model, styles[entry.model], entry.memory["steps_back"], values))
        charts.append(lines_chart(title_of(probe), lines, "steps back", NAMED[name], is_log=is_log))
    return charts


def size_chart(grid: Grid, styles: Styles) -> str:
    """Return the mean scaled accuracy of each model over its state size; empty where sizes are unknown."""
    points = []
    for model in grid.models:
        sizes = [entry.size["state_size"] for entry in grid.of_model(model) if "state_size" in entry.size]
        if sizes:
            points.append((model, float(sorted(sizes)[len(sizes) // 2]), grid.mean(model)))
    if not points:
        return ""
    frame = Frame(
        scale_of([x for _, x, _ in points], is_log=True, room=0.12), UNIT, "state size", "accuracy", 760, 380
    )
    marks = []
    places = label_places(frame, [(x, y) for _, x, y in points], [model for model, _, _ in points])
    for (model, x, y), place in zip(points, places, strict=True):
        said = f"{model}: {y:.3f} with a state of {x:,.0f}"
        marks.append(frame.dot(x, y, f"dot {colour(styles[model])}", 5, said))
        marks.append(letters(place.x, place.y, model, place.anchor, "tick halo"))
    chart = figure("mean over the probes", frame, marks)
    return chart.replace('<figure class="chart">', '<figure class="chart broad">', 1)

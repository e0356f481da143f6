"""The board's measures over temperature, as charts of the page."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from rnnlab.commands.judging.figure import PANELS
from rnnlab.commands.judging.material import Entry
from rnnlab.report.page.chart import Frame, colour, figure, straight
from rnnlab.report.page.markup import number
from rnnlab.report.page.scale import scale_of

Points = list[tuple[float, float]]


def temperature_charts(entries: Sequence[Entry]) -> str:
    """Return a chart for each measure: a line for each run, and a dashed one for the held-out text."""
    charts = [chart for name in PANELS if (chart := _chart(name, entries))]
    return f'<div class="charts">{"".join(charts)}</div>' if charts else ""


def _chart(name: str, entries: Sequence[Entry]) -> str:
    """Return the chart of a measure; empty where no model has it."""
    curves = {run: points for run, points in _curves(name, entries).items() if points}
    people = next((e.measured.get(name) for e in entries if e.temperature is None), None)
    levels = [people] if people is not None and isfinite(people) else []
    if not curves:
        return ""
    xs = sorted({x for points in curves.values() for x, _ in points})
    frame = Frame(
        scale_of(xs), scale_of([*levels, *(y for p in curves.values() for _, y in p)]), "temperature"
    )
    marks = []
    for level in levels:
        down = frame.down(level)
        marks.append(straight("guide", frame.left, down, frame.across(frame.x.high), down))
    for index, points in enumerate(curves.values()):
        marks.append(frame.line([x for x, _ in points], [y for _, y in points], f"line {colour(index)}"))
        marks += [frame.dot(x, y, f"dot {colour(index)}") for x, y in points]
    legend = {run: colour(index) for index, run in enumerate(curves)}
    note = "".join(f"dashed: held-out text, {number(level)}" for level in levels)
    return figure(name, frame, marks, legend, _hover(frame, curves, xs), note)


def _curves(name: str, entries: Sequence[Entry]) -> dict[str, Points]:
    """Return the finite values over temperature of each run, by its model's name (with its folder's)."""
    runs = dict.fromkeys((e.run, e.name.rpartition(" at ")[0]) for e in entries if e.temperature is not None)
    models = [model for _, model in runs]
    found = {}
    for run, model in runs:
        own = [
            (e.temperature or 0.0, e.measured[name]) for e in entries if e.run == run and name in e.measured
        ]
        points = sorted((heat, value) for heat, value in own if isfinite(value))
        found[model if models.count(model) == 1 else f"{model}, {run}"] = points
    return found


def _hover(frame: Frame, curves: dict[str, Points], xs: Sequence[float]) -> dict[str, object]:
    series = []
    for index, (run, points) in enumerate(curves.items()):
        known = dict(points)
        series.append([run, colour(index), [number(known[x]) if x in known else None for x in xs]])
    return {
        "name": "temperature",
        "x": list(xs),
        "at": [round(frame.across(x), 1) for x in xs],
        "series": series,
    }

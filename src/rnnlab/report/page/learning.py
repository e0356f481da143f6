"""Learning curves: one chart a metric, the best step marked, values under the pointer."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

import numpy as np

from rnnlab.report.history import Series
from rnnlab.report.names import bare, class_part, label, of_epoch, split_of, unit_part
from rnnlab.report.page.chart import BOTTOM, TOP, Frame, colour, figure, straight
from rnnlab.report.page.choice import choice
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.markup import fold, number, table, text
from rnnlab.report.page.scale import Scale, scale_of

MOST_POINTS = 160  # of a curve; longer ones are averaged over equal parts of the steps
MOST_DOTS = 30  # most points of a curve with markers
LOOKS = {"train": 0, "val": 1}
NAMES = {"train": "training", "val": "validation"}
TITLES = {"lr": "learning rate"}

Curves = dict[str, Series]


def learning_curves(run: RunFiles) -> str:
    """Plot everything that was logged while training; empty without a metrics.csv.

    What was measured once is a row of a table: a single point is no curve.
    """
    panels = _panels(run.history)
    last = max((step for curves in panels.values() for s in curves.values() for step in s.steps), default=0)
    if not last:
        return ""
    drawn = {title: curves for title, curves in panels.items() if not all(map(is_single, curves.values()))}
    charts = {title: _chart(title, curves, run, last) for title, curves in drawn.items()}
    first = [title for title in charts if not _is_detail(panels[title])]
    rest = [charts[title] for title in charts if _is_detail(panels[title])]
    single = {name: s for curves in panels.values() for name, s in curves.items() if is_single(s)}
    units = _grid(_chosen({title: charts[title] for title in first}, panels))
    return units + _once(single) + fold("single classes, rates and speed", _grid(rest))


def is_single(series: Series) -> bool:
    """Return whether a metric has at most one finite value: one validation, for example."""
    return sum(map(isfinite, series.values)) < 2


def _chosen(charts: dict[str, str], panels: Mapping[str, Curves]) -> list[str]:
    """Return the charts, those of one quantity in several units as one with a choice."""
    groups: dict[str, dict[str, str]] = {}
    for title, chart in charts.items():
        part = unit_part(next(iter(panels[title])))
        groups.setdefault(f"in {part[1]}" if part else title, {})[part[0] if part else title] = chart
    return [choice(f"loss of a token, {name}:".replace("_", " "), own) for name, own in groups.items()]


def _once(single: Mapping[str, Series]) -> str:
    """Return a table of the metrics that were measured once."""
    rows = []
    for name, series in single.items():
        found = [(v, s) for v, s in zip(series.values, series.steps, strict=True) if isfinite(v)]
        for value, step in found:
            rows.append([f"<code>{text(name)}</code>", number(value), f"{step:,}"])
    return (
        table(["measured once", "value", "step"], rows, "One measurement, which is no curve") if rows else ""
    )


def _grid(charts: list[str]) -> str:
    return f'<div class="charts">{"".join(charts)}</div>' if charts else ""


def _is_detail(curves: Curves) -> bool:
    """Return whether the curves belong to single classes, or are neither losses nor metrics."""
    return all(class_part(name) or not split_of(name) or bare(name).endswith("second") for name in curves)


def _panels(history: Mapping[str, Series]) -> dict[str, Curves]:
    """Return title to curves: whole metrics first, then those of classes, then settings such as the rate."""
    panels: dict[str, Curves] = {}
    for name, series in history.items():
        part = class_part(name)
        if split_of(name) == "test" or (of_epoch(name) and name.removesuffix("_epoch") in history):
            continue
        title = TITLES.get(name, label(name))
        if part:
            title = f"{part[0]} of each class, {NAMES.get(split_of(name), '')}"
        panels.setdefault(title, {})[name] = series
    return dict(sorted(panels.items(), key=lambda panel: _order(panel[0], panel[1])))


def _order(title: str, curves: Curves) -> tuple[int, int]:
    names = list(curves)
    validated = any(split_of(name) == "val" for name in names)
    return int(title != "loss"), 2 if any(class_part(n) for n in names) else 1 if not validated else 0


def _chart(title: str, curves: Curves, run: RunFiles, last: int) -> str:
    reduced = {name: reduce(series) for name, series in curves.items()}
    values = [v for _, ys in reduced.values() for v in ys]
    wide = _is_wide(values)
    frame = Frame(Scale(0, last * 1.02), scale_of(values, wide), "step")
    looks = {name: _look(name, index) for index, name in enumerate(reduced)}
    marks = [_best_line(frame, run.best_step)]
    for name, (steps, ys) in reduced.items():
        marks.append(frame.line(steps, ys, f"line {looks[name]}"))
        if len(ys) <= MOST_DOTS:
            points = [(x, y) for x, y in zip(steps, ys, strict=True) if isfinite(y)]
            marks += [frame.dot(x, y, f"dot {looks[name]}", 2.4) for x, y in points]
    marks.append(_best_ring(frame, curves, run))
    once = {name: ", measured once" if is_single(curves[name]) else "" for name in reduced}
    legend = {f"{_name(name)}{once[name]}": looks[name] for name in reduced}
    return figure(
        title + (" (log scale)" if wide else ""), frame, marks, legend, _hover(frame, reduced, looks)
    )


def reduce(series: Series) -> tuple[list[float], list[float]]:
    """Return steps and values, at most MOST_POINTS: means over equal parts of the steps."""
    steps, values = np.array(series.steps, float), np.array(series.values, float)
    if len(values) <= MOST_POINTS:
        return steps.tolist(), values.tolist()
    edges = np.linspace(steps.min(), steps.max(), MOST_POINTS + 1)
    places = np.clip(np.searchsorted(edges, steps, side="right") - 1, 0, MOST_POINTS - 1)
    finite = np.isfinite(values)
    counts = np.bincount(places[finite], minlength=MOST_POINTS)
    kept = counts > 0
    sums = [np.bincount(places[finite], part[finite], minlength=MOST_POINTS) for part in (steps, values)]
    return (sums[0][kept] / counts[kept]).tolist(), (sums[1][kept] / counts[kept]).tolist()


def _is_wide(values: list[float]) -> bool:
    """Return whether a log scale is needed to show the lower part."""
    finite = [value for value in values if isfinite(value)]
    return bool(finite) and min(finite) > 0 and max(finite) > 50 * float(np.median(finite))


def _look(name: str, index: int) -> str:
    return colour(index) if class_part(name) else colour(LOOKS.get(split_of(name), 2))


def _name(name: str) -> str:
    part = class_part(name)
    return part[1] if part else NAMES.get(split_of(name), label(name))


def _best_line(frame: Frame, step: int | None) -> str:
    if step is None:
        return ""
    place = frame.across(step)
    return straight("best", place, TOP, place, frame.height - BOTTOM)


def _best_ring(frame: Frame, curves: Curves, run: RunFiles) -> str:
    """Draw a ring around the value that chose the checkpoint, in the chart that has it."""
    name, _ = run.monitor
    if name not in curves or run.best_step is None:
        return ""
    series = curves[name]
    value = series.values[series.steps.index(run.best_step)]
    return frame.dot(
        run.best_step, value, "ring", 6, f"best {name}: {number(value)} at step {run.best_step:,}"
    )


def _hover(
    frame: Frame, reduced: Mapping[str, tuple[list[float], list[float]]], looks: Mapping[str, str]
) -> object:
    """Return all steps of all curves; a curve without a value at a step shows its last one before it."""
    steps = sorted({step for xs, _ in reduced.values() for step in xs})
    series = []
    for name, (xs, ys) in reduced.items():
        places = np.searchsorted(xs, steps, side="right") - 1
        shown = [
            None if place < 0 or not isfinite(ys[place]) else float(f"{ys[place]:.5g}") for place in places
        ]
        series.append([_name(name), looks[name], shown])
    return {
        "x": [round(step) for step in steps],
        "at": [round(frame.across(s), 1) for s in steps],
        "series": series,
    }

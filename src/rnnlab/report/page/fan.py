"""A fan chart as SVG: what was observed, its forecast and the intervals around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import isfinite

from rnnlab.report.fan import Band, Fan
from rnnlab.report.page.chart import Frame, figure, straight
from rnnlab.report.page.scale import scale_of, short

OBSERVED, FORECAST = "s1", "s0"


def fan_chart(fan: Fan, x_name: str = "", note: str = "") -> str:
    """Return the chart; x counts steps from the last point before the forecast, which is 0.

    Args:
        x_name, note: plain text.
    """
    observed = [*fan.history, *fan.truth]
    steps = [float(step) for step in range(1 - len(fan.history), len(fan.point) + 1)]
    ahead = [float(step) for step in range(1, len(fan.point) + 1)]
    ends = [value for band in fan.bands for side in (band.low, band.high) for value in side]
    frame = Frame(scale_of(steps, room=0.02), scale_of([*observed, *fan.point, *ends]), x_name)
    marks = [area(frame, ahead, band) for band in fan.bands]
    start = frame.across(0.5)
    marks.append(straight("guide", start, frame.down(frame.y.high), start, frame.down(frame.y.low)))
    marks.append(frame.line(steps[: len(observed)], observed, f"thin {OBSERVED}"))
    marks.append(frame.line(ahead, fan.point, f"line {FORECAST}"))
    legend = {"observed": OBSERVED, "forecast": FORECAST}
    if fan.bands:
        percents = ", ".join(f"{band.percent:g}" for band in reversed(fan.bands))
        legend[f"{percents} % of the values"] = f"soft {FORECAST}"
    return figure(fan.title, frame, marks, legend, hover(frame, fan, steps), note)


def area(frame: Frame, steps: Sequence[float], band: Band) -> str:
    """Draw an interval; steps without one interrupt it."""
    points = list(zip(steps, band.low, band.high, strict=True))
    shapes = []
    for there, group in groupby(points, key=lambda one: isfinite(one[1]) and isfinite(one[2])):
        part = list(group) if there else []
        above = [(frame.across(step), frame.down(high)) for step, _, high in part]
        below = [(frame.across(step), frame.down(low)) for step, low, _ in reversed(part)]
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*above, *below])
        shapes.append(f'<polygon class="band {FORECAST}" points="{corners}"/>' if part else "")
    return "".join(shapes)


def hover(frame: Frame, fan: Fan, steps: Sequence[float]) -> dict[str, object]:
    """Return what stands under the pointer at each step."""
    before = len(fan.history)
    rest = [float("nan")] * (len(steps) - before - len(fan.truth))
    rows = [("observed", OBSERVED, [*fan.history, *fan.truth, *rest])]
    rows.append(("forecast", FORECAST, [*[float("nan")] * before, *fan.point]))
    told = [[name, kind, [shown(value) for value in values]] for name, kind, values in rows]
    for band in fan.bands:
        pairs = [shown(a) and f"{shown(a)} to {shown(b)}" for a, b in zip(band.low, band.high, strict=True)]
        told.append([f"{band.percent:g} %", FORECAST, [*[None] * before, *pairs]])
    places = [round(frame.across(step), 1) for step in steps]
    return {"x": [int(step) for step in steps], "at": places, "series": told}


def shown(value: float) -> str | None:
    return short(value) if isfinite(value) else None

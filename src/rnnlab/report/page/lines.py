"""A chart of many lines, with bands around them: colours and dashes tell up to 24 of them apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import NamedTuple

from rnnlab.report.page.chart import COLOURS, Frame, colour, figure, straight
from rnnlab.report.page.markup import number
from rnnlab.report.page.scale import Scale, scale_of

DASHES = ("", " dashed", " dotted")
MOST_DOTS = 24  # most points of a line with markers


class Line(NamedTuple):
    """A line over `x`; low and high are those of its band, empty without one.

    Attributes:
        style: its number among all lines of the page, which gives colour and dashes.
    """

    name: str
    style: int
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


def style_of(number: int) -> str:
    """Return the CSS classes of a line's colour and dashes."""
    return f"{colour(number)}{DASHES[number // COLOURS % len(DASHES)]}"


def lines_chart(
    title: str,
    lines: Sequence[Line],
    x_name: str,
    y_name: str = "",
    y: Scale | None = None,
    guides: Sequence[tuple[Sequence[float], Sequence[float]]] = (),
    note: str = "",
    is_log: bool = False,
) -> str:
    """Return the chart; empty without a point.

    Args:
        title, x_name, y_name, note: plain text.
        y: the scale of y; None: that of the values, logarithmic with `is_log`.
        guides: (x, y) of dashed lines that belong to no series, such as chance.
    """
    xs = sorted({x for line in lines for x in line.x})
    values = [v for line in lines for part in (line.y, line.low, line.high) for v in part]
    if not xs or not any(map(isfinite, values)):
        return ""
    frame = Frame(scale_of(xs, room=0.02), y or scale_of(values, is_log), x_name, y_name)
    marks = [_band(frame, line) for line in lines if len(line.low)]
    for across, down in guides:
        for a, b in pairwise(zip(across, down, strict=True)):
            ends = (frame.across(a[0]), frame.down(a[1]), frame.across(b[0]), frame.down(b[1]))
            marks.append(straight("guide", *ends))
    marks += [frame.line(line.x, line.y, f"line {style_of(line.style)}") for line in lines]
    for line in lines:
        if len(line.x) <= MOST_DOTS and len(xs) <= MOST_DOTS:
            points = zip(line.x, line.y, strict=True)
            marks += [frame.dot(a, b, f"dot {colour(line.style)}", 2.2) for a, b in points if isfinite(b)]
    legend = {line.name: style_of(line.style) for line in lines}
    ticks = xs if len(xs) <= 4 else None
    return figure(title, frame, marks, legend, _hover(frame, lines, xs, x_name), note, ticks)


def _band(frame: Frame, line: Line) -> str:
    points = [(x, a, b) for x, a, b in zip(line.x, line.low, line.high, strict=True) if isfinite(a + b)]
    above = [f"{frame.across(x):.1f},{frame.down(b):.1f}" for x, _, b in points]
    below = [f"{frame.across(x):.1f},{frame.down(a):.1f}" for x, a, _ in reversed(points)]
    return f'<polygon class="band light {colour(line.style)}" points="{" ".join(above + below)}"/>'


def _hover(frame: Frame, lines: Sequence[Line], xs: Sequence[float], name: str) -> dict[str, object]:
    series = []
    for line in lines:
        known = {x: y for x, y in zip(line.x, line.y, strict=True) if isfinite(y)}
        told = [number(known[x], 3) if x in known else None for x in xs]
        series.append([line.name, colour(line.style), told])
    return {"name": name, "x": list(xs), "at": [round(frame.across(x), 1) for x in xs], "series": series}

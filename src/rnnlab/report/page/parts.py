"""Plain data that a kind of problem provides for a run's page, and the functions that draw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from rnnlab.report.page import markup
from rnnlab.report.page.chart import Frame, colour, figure
from rnnlab.report.page.scale import scale_of

MOST_DOTS = 30  # most points of a curve with markers


class Table(NamedTuple):
    """Plain cells under plain column names; the first column is words."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""


class Chart(NamedTuple):
    """Curves over a plane, each by its name: values x and values y.

    Those named in `dots` are drawn as dots without a line.
    """

    title: str
    x_name: str
    y_name: str
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    note: str = ""
    dots: Sequence[str] = ()


class Words(NamedTuple):
    """A plain paragraph."""

    words: str


class Markup(NamedTuple):
    """HTML made by the functions of this room."""

    html: str


Part = Table | Chart | Words | Markup


class Section(NamedTuple):
    """A part of the page with a heading.

    Attributes:
        name: its id on the page; title: its heading.
        parts: its content; an empty section is left out.
        note: a sentence below the heading, plain or `Markup`.
    """

    name: str
    title: str
    parts: Sequence[Part]
    note: str | Markup = ""


class Score(NamedTuple):
    """A score of the final test, with its interval where it has one."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    metric: str = ""  # its name in result.json


def drawn(one: Section, prefix: str = "") -> str:
    """Return a section as HTML; charts and tables that follow each other stand side by side.

    Args:
        prefix: of its id, to distinguish it from another run's on the page.
    """
    drawn_parts = [(type(part), html) for part in one.parts if (html := _drawn(part))]
    groups = [
        _group(kind, [html for _, html in pairs]) for kind, pairs in groupby(drawn_parts, key=itemgetter(0))
    ]
    note = one.note.html if isinstance(one.note, Markup) else markup.text(one.note)
    return markup.section(f"{prefix}{one.name}", one.title, "".join(groups), note)


def _group(kind: type, parts: Sequence[str]) -> str:
    body = "".join(parts)
    if kind is Chart:
        return f'<div class="charts">{body}</div>'
    if kind is Table:
        return f'<div class="beside">{"".join(f"<div>{part}</div>" for part in parts)}</div>'
    return body


def _drawn(part: Part) -> str:
    if isinstance(part, Markup):
        return part.html
    if isinstance(part, Words):
        return f"<p>{markup.text(part.words)}</p>"
    if isinstance(part, Table):
        rows = [[markup.text(cell) for cell in row] for row in part.rows]
        return markup.table(part.columns, rows, part.caption) if rows else ""
    return _chart(part)


def _chart(chart: Chart) -> str:
    xs, ys = ([v for pair in chart.curves.values() for v in pair[place]] for place in (0, 1))
    if not xs:
        return ""
    frame = Frame(scale_of(xs), scale_of(ys), chart.x_name, chart.y_name)
    marks = []
    for index, (name, (x, y)) in enumerate(chart.curves.items()):
        if name not in chart.dots:
            marks.append(frame.line(x, y, f"line {colour(index)}"))
        if name in chart.dots:
            marks += [frame.dot(a, b, f"dot {colour(index)}", 1.4) for a, b in zip(x, y, strict=True)]
        elif len(x) <= MOST_DOTS:
            marks += [frame.dot(a, b, f"dot {colour(index)}", 2.4) for a, b in zip(x, y, strict=True)]
    legend = {name: colour(index) for index, name in enumerate(chart.curves)}
    return figure(chart.title, frame, marks, legend if len(legend) > 1 else None, note=chart.note)

"""Charts as SVG that use the page's colours, so that they fit both light and dark.

They are drawn small, so that the text keeps its size on a phone; the page arranges them in a row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

from rnnlab.report.page.markup import text
from rnnlab.report.page.scale import Scale, short
from rnnlab.text.printable import shortened

WIDTH, HEIGHT = 380, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 10, 38
LETTER, TIGHT = 6.2, 5.3  # width of a letter of a tick, and of a small one
NAME_WIDTH = 24  # of the y axis's name and the gaps around it
COLOURS = 8  # number of series colours in the style sheet


@dataclass(frozen=True)
class Frame:
    """The plot area that marks are drawn on, in units of the SVG's viewBox."""

    x: Scale
    y: Scale
    x_name: str = ""
    y_name: str = ""
    width: int = WIDTH
    height: int = HEIGHT

    @cached_property
    def left(self) -> float:
        """Return where the plot area begins: behind the longest tick label and the axis's name."""
        longest = max((len(short(value)) for value in self.y.ticks()), default=0)
        return max(LEFT, NAME_WIDTH + LETTER * longest)

    def across(self, value: float) -> float:
        return self.left + self.x.place(value) * (self.width - self.left - RIGHT)

    def down(self, value: float) -> float:
        return self.height - BOTTOM - self.y.place(value) * (self.height - TOP - BOTTOM)

    def axes(self, x_ticks: Sequence[float] | None = None) -> str:
        """Draw grid lines, tick labels and axis names."""
        left, right, floor = self.left, self.width - RIGHT, self.height - BOTTOM
        parts = [straight("axis", left, floor, right, floor)]
        for value in self.y.ticks():
            place = self.down(value)
            parts.append(straight("grid", left, place, right, place))
            parts.append(letters(left - 6, place + 3.5, short(value), "end"))
        for value in self.x.ticks() if x_ticks is None else x_ticks:
            parts.append(letters(self.across(value), floor + 15, short(value)))
        parts.append(letters((left + right) / 2, self.height - 6, self.x_name))
        if self.y_name:
            turned = f"translate(10,{(TOP + floor) / 2}) rotate(-90)"
            parts.append(f'<g transform="{turned}">{letters(0, 0, self.y_name)}</g>')
        return "".join(parts)

    def named(self, names: Sequence[tuple[float, str]]) -> str:
        """Write names below the axis at values of x: in one line, or in two by turns, and cut to fit."""
        gap = (self.width - self.left - RIGHT) / max(len(names), 1)
        fits = all(TIGHT * len(name) <= gap - 2 for _, name in names)
        most = max(int((gap if fits else 2 * gap) / TIGHT), 4)
        parts = []
        for index, (value, name) in enumerate(names):
            down = self.height - BOTTOM + (14 if fits else (11, 21)[index % 2])
            parts.append(letters(self.across(value), down, shortened(name, most), kind="tick tight"))
        return "".join(parts)

    def line(self, xs: Iterable[float], ys: Iterable[float], kind: str) -> str:
        """Draw a line through the points; values that are not finite interrupt it."""
        path, pen = [], "M"
        for x, y in zip(xs, ys, strict=True):
            if not (isfinite(x) and isfinite(y)):
                pen = "M"
                continue
            path.append(f"{pen}{self.across(x):.1f} {self._inside(y):.1f}")
            pen = "L"
        return f'<path class="{kind}" d="{"".join(path)}"/>' if path else ""

    def dot(self, x: float, y: float, kind: str, size: float = 3, title: str = "") -> str:
        inner = f"<title>{text(title)}</title>" if title else ""
        place = f'cx="{self.across(x):.1f}" cy="{self.down(y):.1f}"'
        return f'<circle class="{kind}" {place} r="{size}">{inner}</circle>'

    def _inside(self, value: float) -> float:
        """Clip a place to slightly beyond the plot area."""
        return min(max(self.down(value), TOP - 4), self.height - BOTTOM + 2)


def figure(
    title: str,
    frame: Frame,
    marks: Iterable[str],
    legend: Mapping[str, str] | None = None,
    hover: Any = None,
    note: str = "",
    x_ticks: Sequence[float] | None = None,
) -> str:
    """Return a chart under its title.

    Args:
        title, note: plain text.
        legend: a name (plain text) to the CSS class of its swatch.
        hover: what the page's script shows under the pointer: {"x": [...], "at": [...], "series": [[name,
            class, [...]], ...]} with as many values as x; `at` is x in the viewBox. "name" says what x is
            (a step without it).
    """
    data = f' data-hover="{text(json.dumps(hover, separators=(",", ":")))}"' if hover else ""
    swatches = "".join(
        f'<span><i class="swatch {kind}"></i>{text(name)}</span>' for name, kind in (legend or {}).items()
    )
    legend_row = f'<div class="legend">{swatches}</div>' if swatches else ""
    said = f'<p class="small">{text(note)}</p>' if note else ""
    return (
        f'<figure class="chart"><figcaption>{text(title)}</figcaption>{legend_row}'
        f'<svg viewBox="0 0 {frame.width} {frame.height}" role="img" aria-label="{text(title)}"{data}>'
        f"{frame.axes(x_ticks)}{''.join(marks)}</svg>{said}</figure>"
    )


def straight(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a line between two points of the viewBox."""
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def letters(x: float, y: float, words: str, anchor: str = "middle", kind: str = "tick") -> str:
    """Return plain text at a point of the viewBox."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text(words)}</text>'


def colour(index: int) -> str:
    """Return the CSS class of a series."""
    return f"s{index % COLOURS}"

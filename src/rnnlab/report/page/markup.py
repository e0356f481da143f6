"""Pieces of HTML. User text is escaped by `text`; everything else here is already markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from math import isfinite


def text(value: object) -> str:
    """Escape a value for an HTML element or a double-quoted attribute."""
    return escape(str(value), quote=True)


def section(name: str, title: str, body: str, note: str = "") -> str:
    """Return a section of the page with a heading; empty without a body.

    Args:
        name: its id; title: plain text; body, note: markup.
    """
    if not body:
        return ""
    said = f'<p class="note">{note}</p>' if note else ""
    head = f'<h2 id="{name}-title">{text(title)}</h2>'
    return f'<section id="{name}">{head}{said}{body}</section>'


def table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "", kind: str = "", left: int = 1
) -> str:
    """Return a table that scrolls sideways if it is too wide.

    Args:
        columns: plain text; rows: markup, a cell for each column.
        caption: plain text that describes the table.
        kind: a CSS class; left: number of left-aligned columns of words; the others are numbers.
    """
    sides = ["word" if index < left else "number" for index in range(len(columns))]
    head = "".join(
        f'<th scope="col" class="{side}">{breakable(name)}</th>' if name else "<td></td>"
        for name, side in zip(columns, sides, strict=True)
    )
    lines = "".join(_row(cells, sides) for cells in rows)
    named = f"<caption>{text(caption)}</caption>" if caption else ""
    label = text(caption or "table")
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{label}"><table class="{kind}">{named}'
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def breakable(name: str) -> str:
    """Escape a name such as `model.hidden_size`, which may then break behind a dot or an underscore."""
    return "<wbr>".join(text(part) for part in re.findall(r"[^._]*[._]+|[^._]+", name))


def _row(cells: Sequence[str], sides: Sequence[str]) -> str:
    first, *rest = cells
    others = "".join(f'<td class="{side}">{cell}</td>' for cell, side in zip(rest, sides[1:], strict=True))
    return f'<tr><th scope="row" class="{sides[0]}">{first}</th>{others}</tr>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a list of names (plain text) and values (markup); empty values are left out."""
    lines = "".join(f"<div><dt>{text(name)}</dt><dd>{value}</dd></div>" for name, value in pairs if value)
    return f'<dl class="facts">{lines}</dl>' if lines else ""


def tiles(pairs: Iterable[tuple[str, str, str]]) -> str:
    """Return tiles of large numbers: (name, value, small print below), all plain text."""
    cards = "".join(
        f'<div class="tile"><div class="name">{text(name)}</div><div class="value">{text(value)}</div>'
        f'<div class="below">{text(below)}</div></div>'
        for name, value, below in pairs
    )
    return f'<div class="tiles">{cards}</div>' if cards else ""


def fold(summary: str, body: str, is_open: bool = False) -> str:
    """Return a fold that opens at a click; summary is plain text."""
    return (
        f"<details{' open' if is_open else ''}><summary>{text(summary)}</summary>{body}</details>"
        if body
        else ""
    )


def number(value: float | None, digits: int = 4) -> str:
    """Format a number: four decimals below a thousand, none above; a dash for None."""
    if value is None or not isfinite(value):
        return "–" if value is None or value != value else "∞" if value > 0 else "−∞"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}f}".replace("-", "−")


def duration(seconds: float | None) -> str:
    """Format a duration: `8 min 31 s`, `1 h 02 min`, `4.2 s`; empty if it is not known."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"

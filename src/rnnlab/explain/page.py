"""Sheets as one self-contained HTML page: light and dark, readable without colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from rnnlab.explain.colour import DARK, LIGHT, colour_of, ink_of
from rnnlab.explain.sheet import LEVELS, Grid, Sheet, Strip, pieces
from rnnlab.explain.terminal import number_of
from rnnlab.text.printable import printable, shortened

WIDEST = 24  # letters of a token in a grid
STYLE = """\
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 3rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 2rem 0 0; }
p { margin: .25rem 0; } .note { color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
.text { font-size: 1.1rem; line-height: 1.9; white-space: pre-wrap; overflow-wrap: anywhere;
  border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: .5rem 0; }
.text span { padding: .1rem 0; }
.key span { display: inline-block; padding: 0 .5rem; border-radius: .2rem; margin-right: .5rem; }
details { font-size: .9rem; } summary { cursor: pointer; padding: .25rem 0; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .1rem 1.5rem .1rem 0; }
td:last-child, th:last-child { text-align: right; font-variant-numeric: tabular-nums; }
td:first-child { white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: .5rem 0; }
.grid { border-collapse: separate; border-spacing: 2px; }
.grid th, .grid td, .grid td:last-child { padding: 0; text-align: right; }
.grid th { font-weight: 400; font-size: .85rem; white-space: pre; }
.grid thead th { vertical-align: bottom; }
.grid thead span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); }
.grid thead span { padding: .3rem .1rem; }
.grid tbody th { padding-right: .4rem; }
.grid td { width: 1.5rem; min-width: 1.5rem; height: 1.5rem; border-radius: .2rem; }
.grid tbody td { outline: 1px solid var(--line); outline-offset: -1px; }
"""


def page(sheets: Sequence[Sheet], title: str) -> str:
    """Return the whole file. All text is escaped; there are no scripts and no links."""
    parts = [part for sheet in sheets for part in _sheet(sheet)]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_safe(title)}</title>",
            f"<style>\n{STYLE}{_colours()}</style>",
            "</head>",
            "<body>",
            "<main>",
            f"<h1>{_safe(title)}</h1>",
            *parts,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _sheet(sheet: Sheet) -> Iterator[str]:
    if sheet.title:
        yield f"<p><strong>{_safe(sheet.title)}</strong></p>"
    yield from (f'<p class="note">{_safe(note)}</p>' for note in sheet.notes)
    for grid in sheet.grids:
        yield from _grid(sheet, grid)
    for strip in sheet.strips:
        yield "<section>"
        yield f"<h2>{_safe(strip.name)}</h2>"
        if strip.note:
            yield f'<p class="note">{_safe(strip.note)}</p>'
        yield f'<p class="note key">{_key(strip)}</p>'
        yield f'<p class="text" dir="auto">{"".join(_coloured(sheet, strip))}</p>'
        yield from _table(sheet, strip)
        yield "</section>"


def _coloured(sheet: Sheet, strip: Strip) -> Iterator[str]:
    for piece in pieces(sheet):
        if piece.token is None:
            yield _safe(piece.text)
            continue
        value = strip.values[piece.token]
        look = f'class="{_class(strip.level(value))}" title="{number_of(value, strip)}"'
        yield f"<span {look}>{_safe(piece.text)}</span>"


def _key(strip: Strip) -> str:
    ends = [(LEVELS, number_of(strip.high, strip)), (0, number_of(strip.low, strip))]
    if strip.signed:
        ends.append((-LEVELS, number_of(-strip.high, strip)))
    return "".join(f'<span class="{_class(level)}">{text}</span>' for level, text in ends)


def _table(sheet: Sheet, strip: Strip) -> Iterator[str]:
    yield "<details><summary>All values as a table</summary>"
    yield '<table><thead><tr><th scope="col">token</th><th scope="col">value</th></tr></thead><tbody>'
    for token, value in zip(sheet.tokens, strip.values, strict=True):
        yield f"<tr><td>{_safe(token)}</td><td>{number_of(value, strip)}</td></tr>"
    yield "</tbody></table></details>"


def _grid(sheet: Sheet, grid: Grid) -> Iterator[str]:
    """Yield a table: source tokens across, written tokens down, a coloured cell for each pair."""
    yield f'<section><h2>{_safe(grid.name)}</h2><p class="note">{_safe(grid.note)}</p>'
    if grid.strips:
        yield f'<p class="note key">{_key(grid.strips[0])}</p>'
    head = "".join(
        f'<th scope="col"><span>{_safe(shortened(one, WIDEST))}</span></th>' for one in sheet.tokens
    )
    yield f'<div class="wide" tabindex="0" role="group" aria-label="{_safe(grid.name)}"><table class="grid">'
    yield f"<thead><tr><td></td>{head}</tr></thead><tbody>"
    for output, strip in zip(grid.outputs, grid.strips, strict=True):
        cells = "".join(_pair(output, *pair, strip) for pair in zip(sheet.tokens, strip.values, strict=True))
        yield f'<tr><th scope="row">{_safe(shortened(output, WIDEST))}</th>{cells}</tr>'
    yield "</tbody></table></div></section>"


def _pair(output: str, token: str, value: float, strip: Strip) -> str:
    said = f"{_safe(output)} ← {_safe(token)}: {number_of(value, strip)}"
    return f'<td class="{_class(strip.level(value))}" title="{said}"></td>'


def _class(level: int) -> str:
    return f"f{level}" if level >= 0 else f"a{-level}"


def _colours() -> str:
    """Return the CSS classes f0 to f8 and a1 to a8, in light and in dark."""
    light = "\n".join(_theme(LIGHT, "#595959", "#d0d0d0"))
    dark = "\n".join(_theme(DARK, "#b4b4b4", "#444a52"))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _theme(theme: str, quiet: str, line: str) -> Iterator[str]:
    paper, ink = colour_of(0, theme), ink_of(theme)
    yield f"body {{ --quiet: {quiet}; --line: {line}; background: {paper}; color: {ink}; }}"
    for level in range(-LEVELS, LEVELS + 1):
        if level:
            yield f".{_class(level)} {{ background: {colour_of(level, theme)}; color: {ink}; }}"


def _safe(text: str) -> str:
    """Escape text, including characters that are invisible by themselves; line breaks stay."""
    return "\n".join(escape(printable(line)) for line in text.split("\n"))

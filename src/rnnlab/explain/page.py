"""Sheets as one self-contained HTML page in the design of reports; no scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rnnlab.explain.sheet import Grid, Sheet, Strip, pieces
from rnnlab.explain.terminal import number_of
from rnnlab.explain.unit_map import GRADIENT, UnitMap, image
from rnnlab.report.page.chart import colour
from rnnlab.report.page.document import document
from rnnlab.report.page.markup import fold, section, table
from rnnlab.report.page.markup import text as escaped
from rnnlab.text.printable import printable, shortened

WIDEST = 24  # letters of a token in a grid
MOST_NAMED = 60  # tokens that are written below a map


def page(sheets: Sequence[Sheet], title: str) -> str:
    """Return the whole file. All text is escaped; there are no scripts and no links to other files."""
    below = "".join(part for sheet in sheets for part in _head(sheet))
    sections = [part for number, sheet in enumerate(sheets) for part in _sections(sheet, f"s{number}-")]
    return document(printable(title), printable(title), below, sections, "rnnlab explain", scripted=False)


def _head(sheet: Sheet) -> Iterator[str]:
    if sheet.title:
        yield f"<p><strong>{_safe(sheet.title)}</strong></p>"
    yield from (f'<p class="dim">{_safe(note)}</p>' for note in sheet.notes)


def _sections(sheet: Sheet, prefix: str) -> Iterator[str]:
    """Yield the answers, the grids, the strips and the maps, each a section."""
    if sheet.answers:
        yield section(f"{prefix}answers", "Every class", _answers(sheet.answers))
    for number, grid in enumerate(sheet.grids):
        key = f'<div class="legend">{_key(grid.strips[0])}</div>' if grid.strips else ""
        yield section(
            f"{prefix}grid{number}", printable(grid.name), key + _grid(sheet, grid), _safe(grid.note)
        )
    for number, strip in enumerate(sheet.strips):
        yield section(f"{prefix}{number}", printable(strip.name), _strip(sheet, strip), _safe(strip.note))
    for number, one in enumerate(sheet.maps):
        yield section(f"{prefix}map{number}", printable(one.name), _map(sheet, one), _safe(one.note))


def _answers(answers: Sequence[tuple[str, float]]) -> str:
    """Return a bar for each class with its probability."""
    bars = (
        f'<div class="bar"><span>{_safe(name)}</span><i class="{colour(index)}" style="--share:{share:.4f}">'
        f"</i><span>{share:.1%}</span></div>"
        for index, (name, share) in enumerate(answers)
    )
    return f'<div class="bars">{"".join(bars)}</div>'


def _strip(sheet: Sheet, strip: Strip) -> str:
    words = "".join(_coloured(sheet, strip))
    rows = [[_safe(t), number_of(v, strip)] for t, v in zip(sheet.tokens, strip.values, strict=True)]
    values = fold("All values as a table", table(["token", "value"], rows))
    return f'<div class="legend">{_key(strip)}</div><p class="words framed" dir="auto">{words}</p>{values}'


def _coloured(sheet: Sheet, strip: Strip) -> Iterator[str]:
    for piece in pieces(sheet):
        if piece.token is None:
            yield _safe(piece.text)
            continue
        value = strip.values[piece.token]
        yield f'<mark {_shade(value, strip)} title="{number_of(value, strip)}">{_safe(piece.text)}</mark>'


def _key(strip: Strip) -> str:
    """Return the ends of the strip's colours with their values."""
    ends = [("for", strip.high), ("none", strip.low), *([("against", -strip.high)] if strip.signed else [])]
    return "".join(
        f'<span><i class="swatch full {kind}"></i>{number_of(value, strip)}</span>' for kind, value in ends
    )


def _grid(sheet: Sheet, grid: Grid) -> str:
    """Return a table: source tokens across, written tokens down, a shaded cell for each pair."""
    head = "".join(
        f'<th scope="col"><span>{_safe(shortened(one, WIDEST))}</span></th>' for one in sheet.tokens
    )
    lines = []
    for output, strip in zip(grid.outputs, grid.strips, strict=True):
        cells = "".join(_pair(output, *pair, strip) for pair in zip(sheet.tokens, strip.values, strict=True))
        lines.append(f'<tr><th scope="row">{_safe(shortened(output, WIDEST))}</th>{cells}</tr>')
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{_safe(grid.name)}"><table class="grid">'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _pair(output: str, token: str, value: float, strip: Strip) -> str:
    said = f"{_safe(output)} ← {_safe(token)}: {number_of(value, strip)}"
    return f'<td {_shade(value, strip)} title="{said}"></td>'


def _map(sheet: Sheet, one: UnitMap) -> str:
    """Return a picture of units by tokens with the tokens below it and its scale of colours beside it."""
    said = _safe(f"{one.name}: {one.note}")
    named = sheet.tokens if len(sheet.tokens) <= MOST_NAMED else ()
    tokens = "".join(f"<span>{_safe(shortened(token, WIDEST))}</span>" for token in named)
    below = f'<p class="tokens" aria-hidden="true">{tokens}</p>' if tokens else ""
    height = min(max(5 * len(one.rows), 120), 320)
    ends = "".join(f"<span>{end:g}</span>" for end in (one.high, (one.low + one.high) / 2, one.low))
    scale = f'<div class="scale"><i style="background:{GRADIENT}"></i><span class="ends">{ends}</span></div>'
    return (
        f'<div class="map"><span class="units">{len(one.rows):,} units</span>'
        f'<img alt="{said}" style="height:{height}px" src="data:image/png;base64,{image(one)}">'
        f"{scale}{below}</div>"
    )


def _shade(value: float, strip: Strip) -> str:
    strength = strip.strength(value)
    return f'class="{"against" if strength < 0 else "for"}" style="--share:{abs(strength):.3f}"'


def _safe(words: str) -> str:
    """Escape text, including characters that are invisible by themselves; line breaks stay."""
    return "\n".join(escaped(printable(line)) for line in words.split("\n"))

"""A grid in a terminal: source tokens across, written tokens down, or the strongest pairs without colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from rnnlab.explain.colour import colour_of, ink_of
from rnnlab.explain.sheet import Grid, Strip
from rnnlab.explain.unit_map import BARS, UnitMap, grouped
from rnnlab.text.printable import shortened, standing_alone

LONGEST = 12  # letters of a token
CELL = 2  # columns of a cell
STRONGEST = 3  # source tokens of each output token, without colours
MARGIN = 2
GROUPS = 6  # rows of a map


def grid_lines(tokens: Sequence[str], grid: Grid, width: int) -> Iterator[Text]:
    """Yield coloured cells under source tokens that are written downwards, in bands that fit the width."""
    names, rows = [_short(one) for one in tokens], [_short(one) for one in grid.outputs]
    margin = max(map(cell_len, rows), default=0) + MARGIN
    wide = max((width - margin) // CELL, 1)
    for start in range(0, len(names), wide):
        band = names[start : start + wide]
        yield from (Text(" " * margin + line, style="dim") for line in _downwards(band))
        for name, strip in zip(rows, grid.strips, strict=True):
            label = " " * (margin - MARGIN - cell_len(name)) + name + " " * MARGIN
            yield _row(label, strip, start, start + wide)
        yield Text()


def map_lines(tokens: Sequence[str], one: UnitMap, width: int) -> Iterator[Text]:
    """Yield bars from low to high under tokens that are written downwards; a line is a group of units."""
    names, rows = [_short(token) for token in tokens], grouped(one, GROUPS)
    margin = len("0.00") + MARGIN
    wide = max((width - margin) // CELL, 1)
    for start in range(0, len(names), wide):
        part = slice(start, start + wide)
        yield from (Text(" " * margin + line, style="dim") for line in _downwards(names[part]))
        for mean, bars in rows:
            yield Text(f"{mean:.2f}{' ' * MARGIN}" + "".join(bar * CELL for bar in bars[part]))
    scale = f"{one.low:g} {BARS} {one.high:g}"
    yield Text(
        f"{scale}; a line is the mean of {len(one.rows) / len(rows):.3g} units, first its own mean",
        style="dim",
    )


def _downwards(names: Sequence[str]) -> Iterator[str]:
    """Yield lines in which each name stands from top to bottom, all ending in the last line."""
    height = max(map(len, names))
    padded = [name.rjust(height) for name in names]
    for line in range(height):
        letters = (one[line] for one in padded)
        yield "".join(letter + " " * (CELL - cell_len(letter)) for letter in letters)


def _row(name: str, strip: Strip, start: int, end: int) -> Text:
    line = Text(name)
    for value in strip.values[start:end]:
        level = strip.level(value)
        if level:
            line.append(" " * CELL, style=f"{ink_of()} on {colour_of(level)}")
        else:
            line.append("· ", style="dim")
    return line


def strongest_lines(tokens: Sequence[str], grid: Grid) -> Iterator[Text]:
    """Yield a line for each written token: the source tokens with the strongest values."""
    names = [_short(one) for one in tokens]
    for output, strip in zip(grid.outputs, grid.strips, strict=True):
        order = sorted(range(len(names)), key=lambda place: -abs(strip.values[place]))[:STRONGEST]
        form = "+.3f" if strip.signed else ".3f"
        pairs = "  ".join(f"{names[place]} {strip.values[place]:{form}}" for place in order)
        yield Text(f"  {_short(output):<{LONGEST}}  {pairs}")


def _short(token: str) -> str:
    return standing_alone(shortened(token, LONGEST)).replace(" ", "␣") or "␣"

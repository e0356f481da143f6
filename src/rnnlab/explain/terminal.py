"""A sheet in a terminal: coloured text, or a table if there are no colours."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from rnnlab.explain.colour import colour_of, ink_of
from rnnlab.explain.grid import grid_lines, map_lines, strongest_lines
from rnnlab.explain.sheet import Sheet, Strip, pieces
from rnnlab.text.printable import printable, shortened, standing_alone

MOST_ANSWERS = 12  # classes whose probabilities are listed
STRONGEST = 8  # tokens that are listed below coloured text
LONGEST_TOKEN = 28
BAR = 20
QUIET = "dim"


def show_sheet(sheet: Sheet, console: Console) -> None:
    """Print a sheet, in notebooks too. Without colours (a pipe, NO_COLOR) each token is a table row."""
    looked_at = console.is_terminal or console.is_jupyter
    for line in lines_of(sheet, looked_at and not console.no_color, console.width):
        console.print(line, soft_wrap=not looked_at)


def lines_of(sheet: Sheet, colours: bool, width: int = 80) -> Iterator[Text]:
    """Yield the lines of a sheet; grids come in bands that fit the width."""
    if sheet.title:
        yield Text(printable(sheet.title), style="bold")
    if len(sheet.answers) > 1:
        yield _answers(sheet)
    for note in sheet.notes:
        yield Text(printable(note), style=QUIET)
    for grid in sheet.grids:
        yield Text()
        yield Text.assemble((printable(grid.name), "bold"), (f"  {printable(grid.note)}", QUIET))
        yield from grid_lines(sheet.tokens, grid, width) if colours else strongest_lines(sheet.tokens, grid)
    for strip in sheet.strips:
        yield Text()
        yield Text.assemble((printable(strip.name), "bold"), (f"  {printable(strip.note)}", QUIET))
        if colours:
            yield coloured(sheet, strip)
            yield _strongest(sheet, strip)
        else:
            yield from _table(sheet, strip)
    for one in sheet.maps:
        yield Text()
        yield Text.assemble((printable(one.name), "bold"), (f"  {one.note}", QUIET))
        yield from map_lines(sheet.tokens, one, width)


def _answers(sheet: Sheet) -> Text:
    """Return all classes with their probabilities in one line, the highest first."""
    shown = [f"{printable(name)} {share:.3f}" for name, share in sheet.answers[:MOST_ANSWERS]]
    more = len(sheet.answers) - len(shown)
    return Text("  ".join([*shown, *([f"and {more:,} more"] if more else [])]), style=QUIET)


def coloured(sheet: Sheet, strip: Strip) -> Text:
    """Return the text with each token's level as its background."""
    line = Text()
    for piece in pieces(sheet):
        level = 0 if piece.token is None else strip.level(strip.values[piece.token])
        style = f"{ink_of()} on {colour_of(level)}" if level else ""
        for number, part in enumerate(piece.text.split("\n")):
            if number:
                line.append("⏎" if level else "", style=style).append("\n")
            line.append(printable(part), style=style)
    return line


def _strongest(sheet: Sheet, strip: Strip) -> Text:
    order = sorted(range(len(strip.values)), key=lambda place: -abs(strip.strength(strip.values[place])))
    shown = [f"{_token(sheet.tokens[i])} {number_of(strip.values[i], strip)}" for i in order[:STRONGEST]]
    return Text("strongest: " + "  ".join(shown), style=QUIET)


def _table(sheet: Sheet, strip: Strip) -> Iterator[Text]:
    for token, value in zip(sheet.tokens, strip.values, strict=True):
        bar = "█" * round(BAR * abs(strip.strength(value)))
        yield Text(f"  {number_of(value, strip):>9}  {bar:<{BAR}}  {_token(token)}")


def number_of(value: float, strip: Strip) -> str:
    """Format with three digits, and with a sign if the strip is signed."""
    return f"{value:+.3f}" if strip.signed else f"{value:.3f}"


def _token(token: str) -> str:
    return standing_alone(shortened(token, LONGEST_TOKEN)).replace(" ", "␣")

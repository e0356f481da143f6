"""Print a word's nearest neighbours as a table with a bar for each cosine."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rnnlab.commands.words.nearest import Neighbour
from rnnlab.commands.words.query import Query
from rnnlab.text.printable import shortened, standing_alone

WIDTH = 30  # columns of the bar of a cosine of 1
EIGHTHS = " ▏▎▍▌▋▊▉█"
LONGEST = 40


def show_neighbours(query: Query, found: list[Neighbour], console: Console) -> None:
    title = Text.assemble((standing_alone(query.word), "bold"))
    if query.note:
        title.append(f" ({standing_alone(query.note)})", style="dim")
    console.print(title, soft_wrap=True)
    if not found:
        console.print("  no other word has a vector")
        return
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="cyan", no_wrap=True)
    for rank, neighbour in enumerate(found, start=1):
        name = Text(shown_token(neighbour.token))
        table.add_row(f"  {rank}", name, f"{neighbour.cosine:.3f}", bar(neighbour.cosine))
    console.print(table)


def shown_token(token: str) -> str:
    """Return a token on one line: blanks made visible, long ones shortened."""
    return standing_alone(shortened(token, LONGEST)).replace(" ", "␣")


def bar(cosine: float) -> str:
    """Return a bar as long as the cosine is large; "" if it is not positive."""
    eighths = round(max(0.0, min(cosine, 1.0)) * WIDTH * 8)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()

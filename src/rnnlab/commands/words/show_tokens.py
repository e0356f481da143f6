"""Print a tokenized text: the changes of each step, then the tokens over their ids and positions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rnnlab.text.difference import Part, difference
from rnnlab.text.printable import printable, shortened, standing_alone
from rnnlab.tokenizer.steps import Token, Tokenized

CONTEXT = 60  # characters that stay on each side of a change; what lies between is left out
MOST_CHANGES, LONGEST_CHANGE = 12, 120  # of one step: changes, and characters of one
MOST_TOKENS, LONGEST_TOKEN = 1000, 40
ROWS = ("token", "id", "at")
REMOVED, ADDED, UNKNOWN, QUIET = "bold red", "bold green", "bold red", "dim"


def show_tokenized(result: Tokenized, console: Console) -> None:
    """Print the tokenized text; a terminal gets colours and lines of its width."""
    for line in lines_of(result, console.width):
        console.print(line, soft_wrap=not console.is_terminal)


def lines_of(result: Tokenized, width: int) -> Iterator[Text]:
    """Return every line, the tokens in bands of `width` columns."""
    changed = False
    for name, before, after in result.changes():
        changed = True
        yield Text(name, style="bold")
        yield from _change_lines(difference(before, after))
    if not changed:
        yield Text("cleaning changes nothing", style=QUIET)
    yield Text()
    for number, sentence in enumerate(_sentences(result), start=1):
        if result.sentence_id is not None:
            yield Text(f"sentence {number}", style="bold")
        yield from _bands(sentence, result, max(width, 20))
    hidden = len(result.tokens) - MOST_TOKENS
    if hidden > 0:
        yield Text(f"… and {hidden:,} more tokens; --json writes all of them", style=QUIET)
    yield summary(result)


def summary(result: Tokenized) -> Text:
    counts = f"{len(result.cleaned):,} characters, {len(result.tokens):,} tokens, "
    return Text.assemble(counts, (f"{result.unknown:,} unknown", UNKNOWN if result.unknown else ""))


def _change_lines(parts: Sequence[Part]) -> Iterator[Text]:
    """Return the text before and after a step, with differences in colour."""
    before, after = Text.assemble(("  - ", QUIET)), Text.assemble(("  + ", QUIET))
    seen, total = 0, sum(part.changed for part in parts)
    for place, part in enumerate(parts):
        seen += part.changed
        if seen > MOST_CHANGES:
            for line in (before, after):
                line.append(f"… and {total - MOST_CHANGES:,} more changes", style=QUIET)
            break
        if part.changed:
            before.append(printable(shortened(part.before, LONGEST_CHANGE)), style=REMOVED)
            after.append(printable(shortened(part.after, LONGEST_CHANGE)), style=ADDED)
        else:
            same = _context(part.before, first=place == 0, last=place == len(parts) - 1)
            for line in (before, after):
                line.append(printable(same))
    yield before
    yield after


def _context(text: str, first: bool, last: bool) -> str:
    """Return the part of an unchanged stretch that is next to a change."""
    kept = text[-CONTEXT:] if first else text[:CONTEXT] if last else shortened(text, 2 * CONTEXT)
    if len(text) <= (CONTEXT if first or last else 2 * CONTEXT):
        return text
    return f"…{kept}" if first else f"{kept}…" if last else kept


def _sentences(result: Tokenized) -> Iterator[list[Token]]:
    """Return the shown tokens, split into sentences if the tokenizer marks their ends."""
    sentence: list[Token] = []
    for token in result.tokens[:MOST_TOKENS]:
        sentence.append(token)
        if token.id == result.sentence_id:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _bands(tokens: Sequence[Token], result: Tokenized, width: int) -> Iterator[Text]:
    """Yield three lines for as many tokens as fit next to each other, and so on."""
    band = _new_band()
    for token in tokens:
        cells, style = _cells(token, result), UNKNOWN if token.id == result.unknown_id else ""
        wide = max(map(cell_len, cells))
        if band[0].cell_len > len(ROWS[0]) + 2 and band[0].cell_len + wide > width:
            yield from _ended(band)
            band = _new_band()
        for line, cell, look in zip(band, cells, (style or "cyan", style, QUIET), strict=True):
            line.append(cell + " " * (wide + 2 - cell_len(cell)), style=look)
    if tokens:
        yield from _ended(band)


def _new_band() -> list[Text]:
    return [Text.assemble((f"{row:<{len(ROWS[0])}}  ", QUIET)) for row in ROWS]


def _ended(band: list[Text]) -> list[Text]:
    for line in band:
        line.rstrip()
    return [*band, Text()]


def _cells(token: Token, result: Tokenized) -> tuple[str, str, str]:
    """Return the cells of a column; an unknown token is shown as in the text, with its name by the id."""
    unknown = token.id == result.unknown_id
    name = (result.cleaned[token.start : token.end] if unknown else token.name) or token.name
    shown = standing_alone(shortened(name, LONGEST_TOKEN)).replace(" ", "␣")
    return shown, f"{token.id} {token.name}" if unknown else str(token.id), f"{token.start}-{token.end}"

"""Pieces of Markdown that the generated pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells may hold Markdown of one line."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)


def cell(text: str) -> str:
    """Return text that stays in its cell: one line, each | escaped unless it is already."""
    return " ".join(text.split()).replace("\\|", "|").replace("|", "\\|")


def code(text: str) -> str:
    """Return text as code; its backticks are kept by a longer fence."""
    fence = "``" if "`" in text else "`"
    pad = " " if fence == "``" else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""


def fenced(text: str, language: str = "") -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def folded(title: str, body: str) -> str:
    """Return a block that is closed until it is clicked."""
    return f'??? quote "{title}"\n\n' + "\n".join(f"    {line}".rstrip() for line in body.splitlines())


def sentence(text: str) -> str:
    """Return a comment as a sentence: a capital at its start, a full stop at its end."""
    text = text.strip()
    if not text:
        return ""
    first = (
        text
        if text.split()[0].rstrip(":,.") != text.split()[0].lower().rstrip(":,.")
        else text[0].upper() + text[1:]
    )
    return first if first.endswith((".", ":", "?", "!")) else first + "."

"""Texts with their entities marked, for a terminal: in colour, or in brackets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rnnlab.report.tables import render
from rnnlab.text.printable import printable, shortened

COLOURS = (25, 130, 29, 90, 124, 30, 94, 55)  # of 256, dark enough for white words
HUES = (225, 25, 150, 320, 45, 195, 265, 0)  # of HTML
LONGEST = 40  # characters of an entity in the table


def painted(texts: Sequence[str], answers: Sequence[Mapping[str, Any]], colours: bool) -> str:
    """Return each text with its spans marked, and a table of them.

    Args:
        answers: with `spans`, see `rnnlab.kinds.tagging.answer`.
        colours: mark by background colours, with a legend; else by brackets with the type in them.
    """
    types = list(dict.fromkeys(span["type"] for answer in answers for span in answer["spans"]))
    lines = [
        marked(text, answer["spans"], types if colours else None)
        for text, answer in zip(texts, answers, strict=True)
    ]
    if colours and types:
        lines.append("  ".join(colour(f" {printable(name)} ", types.index(name)) for name in types))
    return "\n".join([*lines, "", table(answers)]) if types else "\n".join([*lines, "", "no spans found"])


def marked(text: str, spans: Sequence[Mapping[str, Any]], types: Sequence[str] | None) -> str:
    """Return the text with its spans in colours by the places of their types, or in brackets without."""
    parts, place = [], 0
    for span in spans:
        own, name = printable(text[span["start"] : span["end"]]), span["type"]
        parts.append(printable(text[place : span["start"]]))
        parts.append(f"[{own} {printable(name)}]" if types is None else colour(own, types.index(name)))
        place = span["end"]
    return "".join([*parts, printable(text[place:])])


def marked_html(text: str, spans: Sequence[Mapping[str, Any]], types: Sequence[str]) -> str:
    """Return a text as HTML with its spans in colours by the places of their types, as notebooks show it."""
    parts, place = [], 0
    for span in spans:
        hue = f"hsl({HUES[list(types).index(span['type']) % len(HUES)]} 70% 50% / 0.25)"
        style = f"background-color: {hue}; color: inherit; border-radius: 4px; padding: 1px 4px"
        parts.append(escape(text[place : span["start"]]))
        own = f"{escape(text[span['start'] : span['end']])} <small><b>{escape(span['type'])}</b></small>"
        parts.append(f'<mark style="{style}">{own}</mark>')
        place = span["end"]
    return f"<p>{''.join([*parts, escape(text[place:])])}</p>"


def colour(text: str, place: int) -> str:
    """Return the text in white on one of the colours."""
    return f"\x1b[38;5;231;48;5;{COLOURS[place % len(COLOURS)]}m{text}\x1b[0m"


def table(answers: Sequence[Mapping[str, Any]]) -> str:
    """Return a table with a row for each span, and the number of its text where there are several."""
    several, rows = len(answers) > 1, []
    for number, answer in enumerate(answers, 1):
        for span in answer["spans"]:
            cells = [printable(shortened(span["text"], LONGEST)), printable(span["type"])]
            places = [str(span["start"]), str(span["end"]), f"{span['probability']:.4f}"]
            rows.append([*([str(number)] if several else []), *cells, *places])
    return render([*(["row"] if several else []), "span", "type", "start", "end", "probability"], rows)

"""Folding of case and apostrophes, with spans of the original text."""

from __future__ import annotations

from collections.abc import Iterable


def fold(text: str, lowercase: bool) -> str:
    """Fold text: lower case if requested, straight apostrophes for curly ones."""
    return (text.lower() if lowercase else text).replace("’", "'")


def spans_before(text: str, folded: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Map spans of the folded text to spans of `text`; a lower case can be longer than its capital (İ)."""
    if len(folded) == len(text):
        return list(spans)
    origin = [place for place, character in enumerate(text) for _ in character.lower()]
    origin.append(len(text))
    return [(origin[start], origin[end - 1] + 1 if end > start else origin[start]) for start, end in spans]

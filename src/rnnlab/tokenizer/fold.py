"""Case and apostrophes folded, and the way back to the text as it was."""

from __future__ import annotations

from collections.abc import Iterable


def fold(text: str, lowercase: bool) -> str:
    """In lower case if so asked, a curly apostrophe as a straight one."""
    return (text.lower() if lowercase else text).replace("’", "'")


def spans_before(text: str, folded: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of `text` for spans of its folded form, which is longer where a lower case is (İ)."""
    if len(folded) == len(text):
        return list(spans)
    origin = [place for place, character in enumerate(text) for _ in character.lower()]
    origin.append(len(text))
    return [(origin[start], origin[end - 1] + 1 if end > start else origin[start]) for start, end in spans]

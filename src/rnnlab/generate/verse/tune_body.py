"""A lexer for the music of a tune in ABC notation 2.1: notes, bar lines, tuplets, inline fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

_LENGTH = r"(?:\d+)?(?:/+\d*)?"
_PITCH = r"(?:\^\^?|__?|=)?[A-Ga-g](?:,+|'+)?"
_PARTS = {
    "blank": r"[ \t\n`]+|\\\n|y|%[^\n]*",
    "field": r"\[[A-Za-z]:[^\]\n]*\]",
    "bar": r":+\|+:+|:+\|\]?|\|+:+|::|\[\||\|\]|\|\||\|",
    "ending": r"\[?[1-9](?:[,-][1-9])*",
    "chord": rf"\[(?:{_PITCH}{_LENGTH}-?)+\](?P<chord_length>{_LENGTH})",
    "note": rf"(?:{_PITCH}|[zx])(?P<note_length>{_LENGTH})",
    "rest": r"Z(?P<rest_bars>\d*)",
    "tuplet": r"\([2-9](?::[2-9]?(?::\d*)?)?",
    "broken": r">+|<+",
    "grace": rf"\{{/?(?:{_PITCH}{_LENGTH})+\}}",
    "mark": r'"[^"\n]*"|![A-Za-z0-9.+<>()]+!|[.~HLMOPSTuv]',
    "slur": r"[()-]",
}
_TOKEN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PARTS.items()))
_FIRST = re.compile(rf"\[{_PITCH}({_LENGTH})")


class Token(NamedTuple):
    """A token of the music.

    Attributes:
        kind: a name of `_PARTS`, or `wrong` for a character that is invalid here.
        text: unchanged; place: index of its first character.
        length: of a note, a rest or a chord in units of length; else 0.
    """

    kind: str
    text: str
    place: int
    length: Fraction = Fraction(0)


def tokens(body: str) -> Iterator[Token]:
    """Yield all tokens but blanks, in order."""
    place, bar = 0, True
    while place < len(body):
        found = _TOKEN.match(body, place)
        kind = (found.lastgroup or "") if found else "wrong"
        kind = next((name for name in _PARTS if found and found[name] is not None), "wrong")
        text = found.group() if found else body[place]
        if kind == "ending" and not (bar or text[0] == "["):
            kind = "wrong"  # a number belongs to a bar line or to a note
        if kind != "blank":
            yield Token(kind, text, place, _length(kind, text, found))
            bar = kind == "bar"
        place += len(text)


def _length(kind: str, text: str, found: re.Match[str] | None) -> Fraction:
    if not found or kind not in {"note", "chord"}:
        return Fraction(0)
    if kind == "note":
        return length(found["note_length"])
    first = _FIRST.match(text)
    return length(first[1] if first else "") * length(found["chord_length"])


def length(text: str) -> Fraction:
    """Parse a length: `3/2` is 3/2, `/` a half, `//` a quarter, empty 1; 0 for a division by zero."""
    found = re.fullmatch(r"(\d*)(/*)(\d*)", text)
    if not found:
        return Fraction(0)
    above = int(found[1] or 1)
    below = int(found[3]) if found[3] else 2 ** len(found[2])
    return Fraction(above, below) if below else Fraction(0)

"""Splitting of hashtags into words."""

from __future__ import annotations

import re
from functools import lru_cache

from rnnlab.text.marks import HASHTAG, tidy
from rnnlab.text.segment import segment
from rnnlab.text.words import count

_TAG = re.compile(r"(?<![#＃])[#＃]+(\w*[^\W\d_]\w*)")
# an acronym before a capitalised word, a word with or without its capital, an acronym, digits
_PIECE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_COMMON = 200_000  # times in the web text: a word this common is not run together from others
_LONGEST = 60  # letters that are worth segmenting


def hashtags(text: str, mode: str = "split") -> str:
    """Replace hashtags by the mark and their words (`split`), by their words (`words`) or nothing (`drop`).

    Words come in lower case: by capitals, digits and underscores where there are any (`#NBAFinals2016`), by
    word counts elsewhere (`#bestdayever`). A tag with letters beyond ASCII stays one piece; `#1` is no tag.
    """
    if "#" not in text and "＃" not in text:
        return text
    start = HASHTAG if mode == "split" else ""
    text, found = _TAG.subn(lambda m: " " if mode == "drop" else f" {start} {split_tag(m[1])} ", text)
    return tidy(text) if found else text


@lru_cache(maxsize=50_000)
def split_tag(tag: str) -> str:
    """Return the words of a hashtag without its `#`, in lower case, separated by spaces."""
    words = [word for part in tag.split("_") if part for word in _split_part(part)]
    return " ".join([word for word in words if word not in {"http", "https"}])  # a bare `http` is a link


def _split_part(part: str) -> list[str]:
    lowered = part.lower()
    if not part.isascii() or len(part) <= 3 or part.isupper() or count(lowered) >= _COMMON:
        return [lowered]
    pieces = _PIECE.findall(part)
    if any(len(piece) == 1 for piece in pieces) and count(lowered):  # `iPhone`
        return [lowered]
    return [word for piece in pieces for word in _segment(piece.lower(), len(pieces) == 1)]


def _segment(piece: str, alone: bool) -> list[str]:
    """Segment a piece between capitals if it is long and rare; most others are one word."""
    if piece.isdigit() or count(piece) >= _COMMON or len(piece) > _LONGEST or not (alone or len(piece) > 8):
        return [piece]
    words = segment(piece)
    loose = any(len(word) == 1 and word not in "aiu" for word in words)  # `wah h`: no words that it knows
    return [piece] if loose else words


def holds_tag(piece: str) -> bool:
    """Return whether a piece of a text holds a hashtag."""
    return ("#" in piece or "＃" in piece) and _TAG.search(piece) is not None

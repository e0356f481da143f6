"""Words of a text with their places, split as tagged corpora of tweets and of the web are.

Links, @mentions, #tags, numbers and emoticons are one word each, endings such as 's and n't are words of
their own, as in the Penn Treebank, and any other mark is a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_LINK = r"https?://\S+|www\.\S+"
_NAME = r"[@#]\w+"
_FACE = r"[:;=8][-^']?[)(\]\[DPpOo/\\|*3](?!\w)|<3|[xX]D(?!\w)"
_NUMBER = r"\d++(?:[.,:/]\d++)++"  # the others are words
_SHORT = r"(?:[A-Za-z]\.){2,}"  # U.S., e.g.
_NOT = r"\w+?(?=n['’]t\b)|n['’]t\b"
_ENDING = r"['’](?:s|S|m|M|re|RE|ve|VE|ll|LL|d|D)\b"
_WORD = r"\w+(?:-\w+)*"
_DOTS = r"\.{2,}|([!?*=_~-])\1+"
_PATTERN = re.compile(
    "|".join(f"(?:{part})" for part in (_LINK, _NAME, _FACE, _SHORT, _NUMBER, _NOT, _WORD, _ENDING))
    + rf"|{_DOTS}|\S"
)


class Word(NamedTuple):
    """A word as it stands in a text, and its place there: [start, end) in characters."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Split a text into words; blanks alone are in none of them."""
    return [Word(found.group(), *found.span()) for found in _PATTERN.finditer(text)]


def joined(words: Sequence[str]) -> tuple[str, list[Word]]:
    """Join words that are split already by blanks; return the text, and the words with their places in it."""
    found, place = [], 0
    for word in words:
        found.append(Word(word, place, place + len(word)))
        place += len(word) + 1
    return " ".join(words), found

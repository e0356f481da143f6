"""Marks of how common a word is in English, which a tagger may read as letters before the word's own.

The counts are those of web text and the dictionary that `wordsegment` carries: names and new words are rare
there, and stand in no dictionary.
"""

from __future__ import annotations

from functools import lru_cache
from math import log10

from rnnlab.text.words import count, plain_english

_FIRST = 0xE000  # Unicode's private use area: no word has these letters
_LEAST, _SIZES = 4, 7  # below 10^4 all counts are one size, as from 10^10 on
MARKS = "".join(chr(_FIRST + place) for place in range(2 * (_SIZES + 1)))


def size_of(word: str) -> int:
    """Return the size of a word's count, from 0 (never counted) to 7, of its letters alone."""
    found = count(word.casefold())
    return 0 if found < 1 else min(max(int(log10(found)) - _LEAST + 1, 1), _SIZES)


@lru_cache(maxsize=1 << 16)
def mark_of(word: str) -> str:
    """Return the mark of a word: by the size of its count, and by whether a plain dictionary has it."""
    bare = word.lstrip("#@")
    return MARKS[2 * size_of(bare) + (bare.casefold() in plain_english())]

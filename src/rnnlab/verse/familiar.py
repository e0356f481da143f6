"""Which known words a poem is written in: those that people use, not every surname of the dictionary."""

from __future__ import annotations

from functools import cache

from rnnlab.text.words import count
from rnnlab.verse.archaic import archaic
from rnnlab.verse.dictionary import dictionary
from rnnlab.verse.endings import elided, parts_of
from rnnlab.verse.pronounce import known

_OFTEN = 100_000  # in a trillion words of web text, of a word that stands alone
_LETTERS = frozenset("aioAIO")
_older = cache(archaic)


@cache
def familiar(word: str) -> bool:
    """Whether a word of verse may be this: known, used, and with no quotation mark for an apostrophe."""
    lower = word.lower()
    if (len(word) == 1 and word not in _LETTERS) or not known(word):
        return False
    if lower[0] == "'" or (lower[-1] == "'" and not lower.endswith("s'")):
        return lower in dictionary().first
    return _used(lower, 2)


def _used(word: str, deepest: int) -> bool:
    if word in _older() or word in dictionary().first:
        return word in _older() or count(word.replace("'", "")) >= _OFTEN
    bases = [*(parts.base for parts in parts_of(word)), *elided(word)]
    return deepest > 0 and any(len(base) > 2 and _used(base, deepest - 1) for base in bases)

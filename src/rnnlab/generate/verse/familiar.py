"""The known words that poems use: common ones, not every surname of the dictionary."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from string import ascii_lowercase

from rnnlab.generate.verse.archaic import archaic
from rnnlab.generate.verse.dictionary import dictionary
from rnnlab.generate.verse.endings import elided, parts_of
from rnnlab.generate.verse.pronounce import known

_OFTEN = 100_000  # in a trillion words of web text; below are most surnames, and few words of verse
_RHYMING = 200_000  # for a word proposed by a list of rhymes, not by the model
_OWN = """
    abhor beguile bemoan befall bewail dearth requite smite smote betide bespeak bedeck belie bestow disdain
    forsake forswear unkind untrue unseen unborn unfold dishonour assail avail bewitch deceit
"""
_VERSE = frozenset(_OWN.split())
_LETTERS = frozenset("aioAIO")
_older = cache(archaic)


@cache
def _counts() -> dict[str, float]:
    """Return word counts of web text; the counts of pairs, which `rnnlab.text` also reads, are skipped."""
    from wordsegment import Segmenter

    return dict(Segmenter.parse(Segmenter.UNIGRAMS_FILENAME))


@cache
def familiar(word: str) -> bool:
    """Return whether verse may use this word: known, common, and with no quotation mark for an apostrophe."""
    lower = word.lower()
    if (len(word) == 1 and word not in _LETTERS) or not known(word):
        return False
    if lower[0] == "'" or (lower[-1] == "'" and not lower.endswith("s'")):
        return lower in dictionary().first
    return _used(lower, 2)


@cache
def letters_after(beginning: str) -> str:
    """Return the letters that continue the beginning of a lower-case word towards a familiar one."""
    words = _in_order()

    def leads(longer: str) -> bool:
        place = bisect_left(words, longer)
        return place < len(words) and words[place].startswith(longer)

    return "".join(letter for letter in ascii_lowercase if leads(beginning + letter))


@cache
def _in_order() -> list[str]:
    """Return the familiar words made of letters alone, in order."""
    words = [word for word in dictionary().first if word.isalpha() and (len(word) > 1 or word in _LETTERS)]
    return sorted(word for word in words if _used(word, 0))


def proposed(word: str) -> bool:
    """Return whether a familiar lower-case word of the dictionary is common enough to be tried as a rhyme."""
    return familiar(word) and (word in _VERSE or word in _older() or _counts().get(word, 0.0) >= _RHYMING)


def _used(word: str, deepest: int) -> bool:
    if word in _VERSE or word in _older():
        return True
    if word in dictionary().first:
        return _counts().get(word.replace("'", ""), 0.0) >= _OFTEN
    bases = [*(parts.base for parts in parts_of(word)), *elided(word)]
    return deepest > 0 and any(len(base) > 2 and _used(base, deepest - 1) for base in bases)

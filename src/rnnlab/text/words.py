"""Word matching and English word counts for the steps that look words up."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

# Words connected by a joiner (`u.s.`, `t-mobile`, `at&t`) are left unchanged, and so are marks. Every step
# that looks words up uses the same borders, so that none exposes a word that an earlier step skipped.
_LEFT = r"(?<![\w<])(?<!\w[-./&'@*])(?<!\w\*\*)(?<!\w\*\*\*)"
_RIGHT = r"(?![\w>])(?![-./&'@]\w|\*+\w)"
WORD = re.compile(rf"{_LEFT}\w+(?:'\w+)*{_RIGHT}")
_LONGEST = 13  # letters of a word that segmentation tries; the time goes with its square


def word_pattern(alternatives: str) -> re.Pattern[str]:
    """Return a pattern that finds the alternatives as whole words, in any case."""
    return re.compile(rf"{_LEFT}(?:{alternatives}){_RIGHT}", re.IGNORECASE)


class Counts(NamedTuple):
    """Counts in web text of all words, single words and word pairs; words have at most `limit` letters."""

    total: float
    unigrams: dict[str, float]
    following: dict[str, dict[str, float]]
    words: list[str]
    limit: int


@cache
def counts() -> Counts:
    """Return the counts of a trillion words of web text (Norvig 2009); half a second, once per process."""
    from wordsegment import Segmenter

    loaded = Segmenter()
    loaded.load()
    following: dict[str, dict[str, float]] = {}
    while loaded.bigrams:  # removed one by one, so that the pairs are never in memory twice
        pair, number = loaded.bigrams.popitem()
        first, _, second = pair.partition(" ")
        following.setdefault(first, {})[second] = number
    return Counts(loaded.total, loaded.unigrams, following, loaded.words, _LONGEST)


def count(word: str) -> float:
    """Return the count of a lower-case word in the web text; 0 if it is not among its 333,333 words."""
    return counts().unigrams.get(word, 0.0)


@cache
def plain_english() -> frozenset[str]:
    """Return the words of a plain dictionary, in lower case: no names or abbreviations, hardly any slang."""
    return frozenset(counts().words)

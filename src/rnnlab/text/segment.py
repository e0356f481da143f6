"""Words that were run together, taken apart by how often words and pairs of words are written."""

from __future__ import annotations

from functools import cache
from math import log10
from typing import Any, NamedTuple

from rnnlab.text.words import segmenter

_AGAIN = 5  # words at the end that `wordsegment` takes apart a second time

Division = tuple[float, Any]
"""The best way to go on from a place: the sum of its words' logarithmic scores, and the words as
(word, (word, ... ())), which compares as their list does. Plain tuples: a text takes thousands.
"""


class _Places(NamedTuple):
    """Of each place in the text the best division from there on: alone, and behind the words that make a pair
    with one that begins there.
    """

    alone: list[Division]
    behind: list[dict[str, Division]]


def segment(text: str) -> list[str]:
    """The likeliest words of 1 to 250 lower-case ASCII letters and digits.

    They are those of `wordsegment.Segmenter.segment` (Norvig 2009, Natural Language Corpus Data), ties
    included: the places are gone through from the end, and what follows a word is looked for anew only where
    a pair with it is known.
    """
    places = _Places([(0.0, ())] * (len(text) + 1), [{} for _ in range(len(text) + 1)])
    for place in range(len(text) - 1, -1, -1):
        _divide(text, place, places)
    words = _listed(places.alone[0])
    if len(words) <= _AGAIN:
        return words
    start = len(text) - sum(map(len, words[-_AGAIN:]))
    return words[:-_AGAIN] + _listed(places.alone[start])


def _divide(text: str, place: int, places: _Places) -> None:
    """Fill in one place; those after it are."""
    counts = segmenter()
    ways, known = [], []  # a way for each length of the next word, and the words that can be in a pair
    for end in range(place + 1, min(len(text), place + counts.limit) + 1):
        word = text[place:end]
        rest = places.behind[end].get(word) or places.alone[end]
        count = counts.unigrams.get(word)
        if count is None:
            score = _unknown(end - place)
        else:
            score = log10(count / counts.total)
            known.append((word, rest))
        ways.append((score + rest[0], (word, rest[1])))
    places.alone[place] = max(ways)
    for start in range(max(0, place - counts.limit), place):
        if (before := text[start:place]) in counts.unigrams:
            own = _paired(before, known, ways)
            if own is not ways:
                places.behind[place][before] = max(own)


def _paired(before: str, known: list[tuple[str, Division]], ways: list[Division]) -> list[Division]:
    """The ways to go on behind a known word: others where pairs with it are known, else the very same."""
    counts, own = segmenter(), ways
    start = before + " "
    for word, rest in known:
        count = counts.bigrams.get(start + word)
        if count is not None:
            own = ways.copy() if own is ways else own
            share = count / counts.total / (counts.unigrams[before] / counts.total)
            own[len(word) - 1] = (log10(share) + rest[0], (word, rest[1]))
    return own


@cache
def _unknown(letters: int) -> float:
    return log10(10.0 / (segmenter().total * 10**letters))


def _listed(division: Division) -> list[str]:
    words, chain = [], division[1]
    while chain:
        word, chain = chain
        words.append(word)
    return words

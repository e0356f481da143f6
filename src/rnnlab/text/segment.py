"""Segmentation of run-together words by word and word-pair frequencies."""

from __future__ import annotations

from functools import cache
from math import log10
from typing import Any, NamedTuple

from rnnlab.text.words import counts

_AGAIN = 5  # words at the end that `wordsegment` takes apart a second time

Division = tuple[float, Any]
"""The best way to go on from a place: the sum of its words' logarithmic scores, and the words as
(word, (word, ... ())), which compares as their list does. Plain tuples: a text takes thousands.
"""


class _Places(NamedTuple):
    """The best division of the text from each place on.

    `alone` has it for a word without a predecessor, `behind` for one that follows a word with which it makes
    a pair.
    """

    alone: list[Division]
    behind: list[dict[str, Division]]


def segment(text: str) -> list[str]:
    """Return the likeliest words of 1 to 250 lower-case ASCII letters and digits.

    The result is that of `wordsegment.Segmenter.segment` (Norvig 2009, Natural Language Corpus Data), ties
    included. Places are processed from the end, and the continuation of a word is searched again only if a
    pair with it is known.
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
    """Compute the best division from one place on; later places must be done already."""
    known = counts()
    ways: list[Division] = []  # one for each length of the next word
    rests: dict[str, Division] = {}  # what follows each of these words
    for end in range(place + 1, min(len(text), place + known.limit) + 1):
        word = text[place:end]
        rests[word] = rest = places.behind[end].get(word) or places.alone[end]
        count = known.unigrams.get(word)
        score = _unknown(end - place) if count is None else log10(count / known.total)
        ways.append((score + rest[0], (word, rest[1])))
    places.alone[place] = max(ways)
    for start in range(max(0, place - known.limit), place):
        before = text[start:place]
        pairs = known.following.get(before)
        if pairs and before in known.unigrams and (words := rests.keys() & pairs.keys()):
            own = ways.copy()
            for word in words:
                share = pairs[word] / known.total / (known.unigrams[before] / known.total)
                own[len(word) - 1] = (log10(share) + rests[word][0], (word, rests[word][1]))
            places.behind[place][before] = max(own)


@cache
def _unknown(letters: int) -> float:
    return log10(10.0 / (counts().total * 10**letters))


def _listed(division: Division) -> list[str]:
    words, chain = [], division[1]
    while chain:
        word, chain = chain
        words.append(word)
    return words

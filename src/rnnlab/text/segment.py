"""Words that were run together, taken apart by how often words and pairs of words are written."""

from __future__ import annotations

from math import log10
from typing import Any, NamedTuple

from rnnlab.text.words import segmenter

_AGAIN = 5  # words at the end that `wordsegment` takes apart a second time

Chain = tuple[Any, ...]  # (word, (word, ... ())), which compares as the list of its words does


class Division(NamedTuple):
    """The best way to go on from a place: the sum of its words' logarithmic scores, and the words."""

    score: float
    words: Chain


class _Places(NamedTuple):
    """Of each place in the text the best division from there on: alone, and behind the words that make a pair
    with one that begins there.
    """

    alone: list[Division]
    behind: list[dict[str, Division]]

    def after(self, word: str, place: int) -> Division:
        return self.behind[place].get(word) or self.alone[place]


def segment(text: str) -> list[str]:
    """The likeliest words of 1 to 250 lower-case ASCII letters and digits.

    They are those of `wordsegment.Segmenter.segment` (Norvig 2009, Natural Language Corpus Data), ties
    included: the places are gone through from the end, and what follows a word is looked for anew only where
    a pair with it is known.
    """
    places = _Places([Division(0.0, ())] * (len(text) + 1), [{} for _ in range(len(text) + 1)])
    for place in range(len(text) - 1, -1, -1):
        _divide(text, place, places)
    words = _listed(places.alone[0].words)
    if len(words) <= _AGAIN:
        return words
    start = len(text) - sum(map(len, words[-_AGAIN:]))
    return words[:-_AGAIN] + _listed(places.alone[start].words)


def _divide(text: str, place: int, places: _Places) -> None:
    """Fill in one place; those after it are."""
    counts = segmenter()
    ways, known = [], []  # a way for each length of the next word, and the words that can be in a pair
    for end in range(place + 1, min(len(text), place + counts.limit) + 1):
        word = text[place:end]
        if word in counts.unigrams:
            known.append(word)
            share = counts.unigrams[word] / counts.total
        else:
            share = 10.0 / (counts.total * 10 ** len(word))
        ways.append(_way(share, word, places.after(word, end)))
    places.alone[place] = max(ways)
    for start in range(max(0, place - counts.limit), place):
        before = text[start:place]
        if joined := _pairs(before, known):
            own = ways.copy()
            for word, share in joined:
                own[len(word) - 1] = _way(share, word, places.after(word, place + len(word)))
            places.behind[place][before] = max(own)


def _pairs(before: str, known: list[str]) -> list[tuple[str, float]]:
    """The words that are known to follow another, with how likely they do."""
    counts = segmenter()
    if before not in counts.unigrams:
        return []
    joined = [(word, counts.bigrams.get(f"{before} {word}")) for word in known]
    once = counts.unigrams[before] / counts.total
    return [(word, count / counts.total / once) for word, count in joined if count is not None]


def _way(share: float, word: str, rest: Division) -> Division:
    return Division(log10(share) + rest.score, (word, rest.words))


def _listed(chain: Chain) -> list[str]:
    words = []
    while chain:
        word, chain = chain
        words.append(word)
    return words

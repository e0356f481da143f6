"""Exact copying, character by character, of generated texts from a corpus."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

import numpy as np

from rnnlab.errors import UserError

MOST = 2_000  # characters compared: a longer copy is reported as this long
INSTALL = 'pip install -c constraints.txt -e ".[scores]"'


class Copy(NamedTuple):
    """A stretch of a text that is also in the corpus: its start in each, and its number of characters."""

    start: int
    place: int
    length: int


class Corpus:
    """A text to search for copies, by its suffix array (Manber & Myers 1993).

    Raises:
        UserError: pydivsufsort, which builds the array, is not installed.
    """

    def __init__(self, text: str) -> None:
        try:
            from pydivsufsort import divsufsort
        except ImportError as error:
            raise UserError(f"pydivsufsort is not installed\n{INSTALL}") from error
        self.text = text
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        self._suffixes: list[int] = divsufsort(points).tolist() if len(points) else []

    def copies(self, text: str) -> list[Copy]:
        """Return the longest copy from each position of the text."""
        return [self._copy(text, start) for start in range(len(text))]

    def _copy(self, text: str, start: int) -> Copy:
        wanted = text[start : start + MOST]
        place = bisect_left(self._suffixes, wanted, key=lambda at: self.text[at : at + MOST])
        near = self._suffixes[max(place - 1, 0) : place + 1]
        lengths = [(_common(wanted, self.text, at), at) for at in near]
        length, at = max(lengths, key=lambda pair: pair[0], default=(0, 0))
        return Copy(start, at, length)


class Novelty(NamedTuple):
    """The copying found in a set of texts.

    Attributes:
        longest: characters of the longest copied stretch in all texts; mean_longest: its mean over texts.
        shares: by n, the fraction of the n-grams of n characters that are in the corpus.
        copies: the longest of each text.
    """

    longest: int
    mean_longest: float
    shares: dict[int, float]
    copies: list[Copy]


def novelty(texts: list[str], corpus: Corpus, sizes: tuple[int, ...] = (8, 16, 32)) -> Novelty:
    """Measure how much was copied; n-grams overlap and are counted over all texts together."""
    found = [corpus.copies(text) for text in texts]
    best = [max(copies, key=lambda copy: copy.length, default=Copy(0, 0, 0)) for copies in found]
    shares = {}
    for size in sizes:
        known = [copy.length >= size for copies in found for copy in copies[: max(len(copies) - size + 1, 0)]]
        shares[size] = float(np.mean(known)) if known else 0.0
    lengths = [copy.length for copy in best]
    return Novelty(max(lengths, default=0), float(np.mean(lengths)) if lengths else 0.0, shares, best)


def passage(text: str, copy: Copy, around: int = 80) -> str:
    """Return the copy as it is in the corpus's text, with its surroundings."""
    start, end = max(copy.place - around, 0), copy.place + copy.length + around
    return text[start:end]


def _common(wanted: str, text: str, at: int) -> int:
    """Return the number of characters that both have in common from the start."""
    other = text[at : at + len(wanted)]
    if wanted.startswith(other):
        return len(other)
    low, high = 0, len(other)  # they are equal up to low, and not up to high
    while high - low > 1:
        middle = (low + high) // 2
        if wanted[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low

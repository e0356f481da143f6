"""Sparse matrices of zeros and ones of the n-grams in texts.

An n-gram is numbered by its first n - 1 tokens, which have a number already, and its last token, so that
whole texts are counted by sorting and nothing is held in Python objects.

Shapes: N texts, M tokens, F n-grams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class Texts(NamedTuple):
    """N texts as ids one after the other; text i is `ids[offsets[i]:offsets[i + 1]]`.

    `characters` are the same texts by their characters, as `spelled` has them; None where none are asked for.
    """

    ids: np.ndarray
    offsets: np.ndarray
    characters: Texts | None = None


CODE_POINTS = 0x110000  # ids of characters are below it


def spelled(texts: Sequence[str]) -> Texts:
    """Return the characters of texts as code points, a blank before and after each text."""
    joined = "".join(f" {text} " for text in texts)
    ids = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    return Texts(ids, np.cumsum([0, *(len(text) + 2 for text in texts)]))


class Occurrences(NamedTuple):
    """Occurrences of n-grams of one length: place of the first token, text, and a key for the n-gram."""

    places: np.ndarray
    rows: np.ndarray
    keys: np.ndarray


class Line(NamedTuple):
    """One class against the rest: the scores of texts are their matrix @ weights + bias."""

    weights: np.ndarray
    bias: float


class NgramTable:
    """The n-grams of some texts, from single tokens to `longest` tokens, and their numbers.

    Args:
        longest: tokens of the longest n-gram.
        min_count: least number of texts with an n-gram; rarer ones have no number.
        vocab_size: ids are below it.

    Attributes:
        keys: of each length, the keys that have a number, sorted.
    """

    def __init__(self, longest: int, min_count: int, vocab_size: int) -> None:
        self.longest, self.min_count, self.vocab_size = longest, min_count, vocab_size
        self.keys: list[np.ndarray] = []

    @property
    def size(self) -> int:
        return sum(map(len, self.keys))

    def learn(self, texts: Texts) -> csr_matrix:
        """Number the n-grams of `texts`, which are read once, and return their matrix."""
        self.keys = []
        return self._matrix(texts, learns=True)

    def matrix(self, texts: Texts) -> csr_matrix:
        """Return (N, F) float64: 1 where the text has the n-gram, however often."""
        return self._matrix(texts, learns=False)

    def sums(self, texts: Texts, weights: np.ndarray) -> np.ndarray:
        """Return the matrix (N, F) @ `weights` (F, L) as (N, L), by numpy alone."""
        count, first = len(texts.offsets) - 1, 0
        found = np.zeros((count, weights.shape[1]))
        for known, (rows, numbers) in self._hits(texts, learns=False):
            once = np.unique(rows * len(known) + numbers)  # an n-gram counts once in a text
            if len(once):
                rows, numbers = np.divmod(once, len(known))
                for column, own in zip(found.T, weights[first + numbers].T, strict=True):
                    column += np.bincount(rows, own, count)
            first += len(known)
        return found

    def _matrix(self, texts: Texts, learns: bool) -> csr_matrix:
        from scipy.sparse import csr_matrix, hstack

        blocks = []
        for known, (rows, numbers) in self._hits(texts, learns):
            shape = (len(texts.offsets) - 1, len(known))
            block = csr_matrix((np.ones(len(rows)), (rows, numbers)), shape=shape)
            block.sum_duplicates()  # as most versions of scipy do by themselves, 1.13 does not
            block.data[:] = 1
            blocks.append(block)
        return hstack(blocks, format="csr")

    def _hits(self, texts: Texts, learns: bool) -> Iterator[tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]]:
        """Yield, for each length, the keys, and text and number of every n-gram that has a number."""
        ids = texts.ids.astype(np.int64)
        rows = np.repeat(np.arange(len(texts.offsets) - 1), np.diff(texts.offsets))
        numbers = np.zeros(len(ids), np.int64)  # of the n-gram that begins at a place, -1 for none
        for length in range(1, self.longest + 1):
            found = self._occurrences(ids, rows, numbers, length)
            if learns:
                self.keys.append(frequent_keys(found, self.min_count))
            known = self.keys[length - 1]
            at = np.searchsorted(known, found.keys)
            hit = at < len(known)
            hit[hit] = known[at[hit]] == found.keys[hit]
            numbers = np.full(len(ids), -1)
            numbers[found.places[hit]] = at[hit]
            yield known, (found.rows[hit], at[hit])

    def _occurrences(
        self, ids: np.ndarray, rows: np.ndarray, numbers: np.ndarray, length: int
    ) -> Occurrences:
        """Find n-grams within a text whose first tokens have a number; `numbers` are those of one shorter."""
        ends = len(ids) - length + 1
        if length == 1 or ends < 1:
            return Occurrences(np.arange(max(ends, 0)), rows[: max(ends, 0)], ids[: max(ends, 0)])
        inside = (rows[:ends] == rows[length - 1 :]) & (numbers[:ends] >= 0)
        places = np.flatnonzero(inside)
        return Occurrences(places, rows[places], numbers[places] * self.vocab_size + ids[places + length - 1])


def frequent_keys(found: Occurrences, min_count: int) -> np.ndarray:
    """Return the keys that occur in at least `min_count` texts, sorted."""
    keys, numbers = np.unique(found.keys, return_inverse=True)
    if min_count <= 1 or not len(keys):
        return keys
    pairs = np.unique(found.rows * len(keys) + numbers)  # a text and an n-gram in it, each pair once
    texts = np.bincount(pairs % len(keys), minlength=len(keys))
    return keys[texts >= min_count]

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
BLOCK = 1 << 20  # tokens that are read at once where nothing is learned from them


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
        """Return the matrix (N, F) @ `weights` (F, L) as (N, L), by numpy alone, in blocks of texts."""
        parts = [self._sums(block, weights) for block in blocks(texts)]
        return np.concatenate(parts) if parts else np.zeros((0, weights.shape[1]))

    def _sums(self, texts: Texts, weights: np.ndarray) -> np.ndarray:
        count, first = len(texts.offsets) - 1, 0
        found = np.zeros((count, weights.shape[1]))
        for known, (rows, numbers) in self._hits(texts, learns=False):
            once = np.unique(rows.astype(np.int64) * len(known) + numbers)  # an n-gram counts once in a text
            if len(once):
                rows, numbers = np.divmod(once, len(known))
                for column, own in zip(found.T, weights[first + numbers].T, strict=True):
                    column += np.bincount(rows, own, count)
            first += len(known)
        return found

    def _matrix(self, texts: Texts, learns: bool) -> csr_matrix:
        from scipy.sparse import csr_matrix, hstack

        parts, count = [], len(texts.offsets) - 1
        for known, (rows, numbers) in self._hits(texts, learns):
            starts = np.searchsorted(rows, np.arange(count + 1, dtype=rows.dtype))  # rows rise
            block = csr_matrix((np.ones(len(rows)), numbers, starts), shape=(count, len(known)))
            block.sum_duplicates()
            block.data[:] = 1
            parts.append(block)
        return hstack(parts, format="csr")

    def _hits(self, texts: Texts, learns: bool) -> Iterator[tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]]:
        """Yield, for each length, the keys, and text and number of each known n-gram, in the texts' order."""
        ids, kind = texts.ids, np.int32 if len(texts.ids) < 2**31 else np.int64
        rows = np.repeat(np.arange(len(texts.offsets) - 1, dtype=kind), np.diff(texts.offsets))
        numbers = np.zeros(len(ids), kind)  # of the n-gram that begins at a place, -1 for none
        for length in range(1, self.longest + 1):
            found = self._occurrences(ids, rows, numbers, length)
            if learns:
                self.keys.append(frequent_keys(found, self.min_count))
            known = self.keys[length - 1]
            at: np.ndarray = np.searchsorted(known, found.keys).astype(kind)
            hit = at < len(known)
            hit[hit] = known[at[hit]] == found.keys[hit]
            numbers.fill(-1)
            numbers[found.places[hit]] = at[hit]
            result = found.rows[hit], at[hit]
            del found, at, hit  # not held while the texts of this length are used
            yield known, result

    def _occurrences(
        self, ids: np.ndarray, rows: np.ndarray, numbers: np.ndarray, length: int
    ) -> Occurrences:
        """Find n-grams within a text whose first tokens have a number; `numbers` are those of one shorter."""
        ends = max(len(ids) - length + 1, 0)
        if length == 1 or ends < 1:
            return Occurrences(np.arange(ends, dtype=rows.dtype), rows[:ends], ids[:ends].astype(np.int64))
        inside = (rows[:ends] == rows[length - 1 :]) & (numbers[:ends] >= 0)
        places = np.flatnonzero(inside).astype(rows.dtype)
        keys = numbers[places].astype(np.int64)
        keys *= self.vocab_size
        keys += ids[places + (length - 1)]
        return Occurrences(places, rows[places], keys)


def frequent_keys(found: Occurrences, min_count: int) -> np.ndarray:
    """Return the keys that occur in at least `min_count` texts, sorted."""
    order = np.argsort(found.keys, kind="stable")  # texts rise within a key
    keys, rows = found.keys[order], found.rows[order]
    del order
    new_key = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
    new_text = new_key.copy()
    new_text[1:] |= rows[1:] != rows[:-1]  # each text of a key once
    starts = np.flatnonzero(new_key)
    if not len(starts):
        return keys
    texts = np.add.reduceat(new_text, starts, dtype=np.int64)
    return keys[starts[texts >= min_count]]


def blocks(texts: Texts) -> Iterator[Texts]:
    """Yield the texts in blocks of at most `BLOCK` tokens and characters, or of one text that has more."""
    views = [texts, *([texts.characters] if texts.characters is not None else [])]
    sizes = np.sum([view.offsets for view in views], axis=0)
    first, last = 0, len(texts.offsets) - 1
    while first < last:
        end = int(np.searchsorted(sizes, sizes[first] + BLOCK, side="right")) - 1
        end = max(end, first + 1)
        own, *spelt = (part(view, first, end) for view in views)
        yield own._replace(characters=spelt[0] if spelt else None)
        first = end


def part(texts: Texts, first: int, end: int) -> Texts:
    """Return some texts without their characters; their ids are not copied."""
    offsets = texts.offsets[first : end + 1]
    return Texts(texts.ids[offsets[0] : offsets[-1]], offsets - offsets[0])

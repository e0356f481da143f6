"""Counts of n-grams, and modified Kneser-Ney smoothing of them (Chen & Goodman 1998).

An n-gram is numbered by its first n - 1 tokens, which have a number already, and its last token, so that
whole texts are counted by sorting.

Shapes: N tokens of all rows, G distinct n-grams of a length, H distinct contexts (n-grams one token shorter).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

FALLBACK = (0.5, 1.0, 1.5)  # discounts where the counts of a small text give none


class Rows(NamedTuple):
    """Texts one after the other; no n-gram crosses from one into the next.

    Attributes:
        ids: (N,) int64 tokens.
        places: (N,) tokens of its own row before each; those with 0 before them are not predicted.
    """

    ids: np.ndarray
    places: np.ndarray


class Smoothed(NamedTuple):
    """P(token | context) = own[n-gram] + rest[context] * P(token | context without its first token).

    Attributes:
        own: (G + 1,) the last one, 0, is of n-grams that the train text lacks.
        rest: (H + 1,) the last one, 1, is of contexts that the train text lacks.
    """

    own: np.ndarray
    rest: np.ndarray


class Level:
    """The n-grams of one length in the train text.

    Attributes:
        keys: (G,) sorted; number of the context times `vocab_size` plus the last token.
        top: from the counts, for the longest n-grams of a model.
        lower: from the counts of different tokens before an n-gram, for a model of longer ones; None until
            those are counted.
    """

    def __init__(self, keys: np.ndarray, contexts: int, vocab_size: int, counts: np.ndarray) -> None:
        self.keys, self.contexts, self.vocab_size = keys, contexts, vocab_size
        self.top = self._smoothed(counts)
        self.lower: Smoothed | None = None

    def count_before(self, counts: np.ndarray) -> None:
        """Set `lower` from the number of different tokens before each n-gram (G,)."""
        self.lower = self._smoothed(counts)

    def numbers(self, contexts: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """Return numbers (N,) of n-grams with these contexts (N,) and last tokens; -1 for unknown ones."""
        keys = contexts * self.vocab_size + ids
        found = np.searchsorted(self.keys, keys)
        known = (np.append(self.keys, -1)[found] == keys) & (contexts >= 0)
        return np.where(known, found, -1)

    def _smoothed(self, counts: np.ndarray) -> Smoothed:
        """Discount counts (G,) and give the freed probability to the shorter context."""
        contexts = self.keys // self.vocab_size  # (G,)
        taken = discounts(counts)[np.minimum(counts, 3)]  # (G,)
        totals = np.bincount(contexts, counts, self.contexts)  # (H,)
        freed = np.bincount(contexts, taken, self.contexts)
        seen = totals > 0  # not of an n-gram at the end of every row that it stands in
        rest = np.divide(freed, totals, out=np.ones(self.contexts), where=seen)
        return Smoothed(np.append((counts - taken) / totals[contexts], 0.0), np.append(rest, 1.0))


class Counts:
    """Counts the n-grams of a text, one length after the other."""

    def __init__(self, rows: Rows, vocab_size: int) -> None:
        self.rows, self.vocab_size = rows, vocab_size
        self.length = 0
        self.level: Level | None = None
        self.numbers = np.zeros(len(rows.ids), np.int64)  # of the n-gram that ends at each token

    def longer(self) -> Level | None:
        """Return the n-grams one token longer, None if there are none; sets `lower` of the ones before."""
        ids, places = self.rows
        before = self.numbers
        contexts = before if self.level is None else np.append(-1, before[:-1])
        ends = np.flatnonzero(places >= self.length)
        if not len(ends):
            return None
        keys, first, inverse, counts = np.unique(
            contexts[ends] * self.vocab_size + ids[ends],
            return_index=True,
            return_inverse=True,
            return_counts=True,
        )
        if self.level is not None:
            followed = np.bincount(before[ends[first]], minlength=len(self.level.keys))
            starting = np.unique(before[places == self.length - 1])  # the start of a row counts as a token
            followed[starting] += 1
            self.level.count_before(followed)
        self.numbers = np.full(len(ids), -1)
        self.numbers[ends] = inverse
        contexts_known = 1 if self.level is None else len(self.level.keys)
        self.level = Level(keys, contexts_known, self.vocab_size, counts)
        self.length += 1
        return self.level


def discounts(counts: np.ndarray) -> np.ndarray:
    """Return discounts (4,) of counts 0, 1, 2 and 3 or more, from how many n-grams have each count."""
    n = np.bincount(np.minimum(counts, 5), minlength=6).astype(np.float64)
    if (n[1:5] == 0).any():
        return np.array([0.0, *FALLBACK])
    y = n[1] / (n[1] + 2 * n[2])
    found = [k - (k + 1) * y * n[k + 1] / n[k] for k in (1, 2, 3)]
    sound = all(0 < value <= k for k, value in enumerate(found, 1))
    return np.array([0.0, *(found if sound else FALLBACK)])

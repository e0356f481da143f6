"""Rows of ids as lists of words for gensim, which can be iterated repeatedly, with a progress bar."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from rnnlab.bar import Bar
from rnnlab.embedding.base import Corpora
from rnnlab.tokenizer.base import PAD_ID, UNKNOWN_ID

LONGEST = 10_000  # words; gensim leaves out what a longer sentence has after them
BLOCK = 1 << 20  # ids that are turned into words at once


class Sentences:
    """An iterable over rows without pad and unknown ids; long rows come in pieces, empty ones are skipped.

    Args:
        corpus: its rows, all parts of it.
        passes: how often they will be read, which the bar counts to.
        label: text of the bar.
    """

    def __init__(self, corpus: Corpora, passes: int, label: str) -> None:
        self.corpus, self.passes, self.label = corpus, passes, label
        self.words = np.array(words_of(corpus.tokenizer.vocabulary), dtype=object)
        self.bar = Bar(total=passes * corpus.num_tokens, unit=" tokens", scaled=True)
        self.passed = 0

    def __iter__(self) -> Iterator[list[str]]:
        step = "counting words" if self.passed == 0 else f"epoch {self.passed}/{self.passes - 1}"
        self.bar.set_description(f"{self.label}, {step}")
        self.passed += 1
        for ids, offsets in zip(self.corpus.ids, self.corpus.offsets, strict=True):
            for part in blocks(cut(offsets)):
                yield from self._rows(ids[part[0] : part[-1]], part - part[0])
                self.bar.update(int(part[-1] - part[0]))

    def _rows(self, ids: np.ndarray, offsets: np.ndarray) -> Iterator[list[str]]:
        kept = (ids != PAD_ID) & (ids != UNKNOWN_ID)
        words = self.words[ids[kept]].tolist()
        ends = np.concatenate([[0], np.cumsum(kept)])[offsets].tolist()
        for start, end in pairwise(ends):
            if start < end:
                yield words[start:end]

    def close(self) -> None:
        self.bar.close()


def cut(offsets: np.ndarray) -> np.ndarray:
    """Return the offsets of the rows, those of more than `LONGEST` ids in pieces, empty ones left out."""
    pieces = -(-np.diff(offsets) // LONGEST)
    first = np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = np.repeat(offsets[:-1], pieces) + LONGEST * (np.arange(len(first)) - first)
    return np.append(starts, offsets[-1])


def blocks(offsets: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the offsets in runs that span at most `BLOCK` ids; each begins where the one before ends."""
    start, last = 0, len(offsets) - 1
    while start < last:
        end = int(np.searchsorted(offsets, offsets[start] + BLOCK, side="right")) - 1
        yield offsets[start : end + 1]
        start = end


def words_of(vocabulary: list[str]) -> list[str]:
    """Return the vocabulary as text with a UTF-8 form: a lone surrogate becomes its escape."""
    return [word.encode("utf-8", "backslashreplace").decode() for word in vocabulary]

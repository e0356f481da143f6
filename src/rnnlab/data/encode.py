"""Texts to flat ids: cleaning and tokenising, in parallel."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer
from rnnlab.tokenizer.parallel import map_chunks


class Encoded(NamedTuple):
    """N texts as ids one after the other; text i is `ids[offsets[i]:offsets[i + 1]]`.

    Attributes:
        ids: in the smallest unsigned type that holds the vocabulary.
        offsets: (N + 1,) int64.
        empty: (N,) bool, texts without a token, which became one unknown token.
    """

    ids: np.ndarray
    offsets: np.ndarray
    empty: np.ndarray


def clean_texts(texts: Sequence[str], cleaner: Cleaner, workers: int | None = 1) -> list[str]:
    """`texts` after the cleaning steps, in order."""
    parts = map_chunks(_Clean(cleaner), texts, workers, "cleaning")
    return [text for part in parts for text in part]


def encode_texts(tokenizer: Tokenizer, texts: Sequence[str], workers: int | None = 1) -> Encoded:
    """Ids of `texts` under a trained tokenizer, in order."""
    parts = map_chunks(_Encode(tokenizer), texts, workers, "tokenising")
    smallest = np.min_scalar_type(tokenizer.vocab_size - 1)
    ids = np.concatenate([np.asarray(part.ids, dtype=smallest) for part in parts])
    lengths = np.concatenate([part.lengths for part in parts]).astype(np.int64)
    empty = np.concatenate([part.empty for part in parts])
    return Encoded(ids, np.concatenate([[0], np.cumsum(lengths)]), empty)


class _Clean:
    """Cleans some texts; a class and not a closure so that a process can be sent one."""

    def __init__(self, cleaner: Cleaner) -> None:
        self.cleaner = cleaner

    def __call__(self, texts: Sequence[str]) -> list[str]:
        return [self.cleaner(text) for text in texts]


class _Part(NamedTuple):
    ids: np.ndarray
    lengths: np.ndarray
    empty: np.ndarray


class _Encode:
    """Encodes some texts; a class and not a closure so that a process can be sent one."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer

    def __call__(self, texts: Sequence[str]) -> _Part:
        flat = array("I")
        lengths: list[int] = []
        for text in texts:
            ids = self.tokenizer.encode(text)
            lengths.append(len(ids))
            flat.extend(ids or [self.tokenizer.unknown_id])
        counts = np.array(lengths)
        return _Part(np.asarray(flat), np.maximum(counts, 1), counts == 0)

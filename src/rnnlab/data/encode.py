"""Encoding of texts to flat ids: parallel cleaning and tokenising, in memory or from file to file."""

from __future__ import annotations

from array import array
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import NamedTuple

import numpy as np

from rnnlab.data.array_file import ArrayFile
from rnnlab.data.long_text import LongText, blocks_of
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer
from rnnlab.tokenizer.blocks import drops_blank
from rnnlab.tokenizer.parallel import each_chunk

_BATCH = 100  # texts; a library keeps many times the size of each text until a batch is done


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
    """Clean the texts, in order."""
    return [text for part in clean_chunks(texts, cleaner, workers) for text in part]


def clean_chunks(
    texts: Sequence[str], cleaner: Cleaner, workers: int | None
) -> Generator[list[str], None, None]:
    """Yield the cleaned texts of each chunk, in order."""
    return each_chunk(_Clean(cleaner), texts, workers, "cleaning")


def encode_texts(tokenizer: Tokenizer, texts: Sequence[str], workers: int | None = 1) -> Encoded:
    """Encode texts with a trained tokenizer, in order, whatever the number of processes."""
    parts = list(encode_chunks(tokenizer, texts, workers))
    kind = smallest(tokenizer.vocab_size)
    ids = np.concatenate([part for part, _ in parts] or [np.empty(0, kind)])
    return encoded_of(ids, [counts for _, counts in parts])


def encode_chunks(
    tokenizer: Tokenizer, texts: Sequence[str], workers: int | None
) -> Generator[tuple[np.ndarray, np.ndarray], None, None]:
    """Yield the ids of each chunk of texts, in order, and how many tokens each text has, (N,) int64.

    A text without a token has one id all the same.
    """
    kind = smallest(tokenizer.vocab_size)
    with closing(each_chunk(_Encode(tokenizer), texts, workers, "tokenising")) as parts:
        for part in parts:
            yield np.frombuffer(part.ids, kind), np.frombuffer(part.counts, np.int64)


def encoded_of(ids: np.ndarray, counts: Sequence[np.ndarray]) -> Encoded:
    """Return encoded texts, given what `encode_chunks` yields."""
    sizes = np.concatenate([*counts, np.empty(0, np.int64)])
    return Encoded(ids, np.concatenate([[0], np.cumsum(np.maximum(sizes, 1))]), sizes == 0)


class Counted(NamedTuple):
    """Tokens of a text, and how many of them are not in the vocabulary; an empty text has one for none."""

    tokens: int
    unknown: int
    empty: bool


def encode_long(tokenizer: Tokenizer, text: LongText, workers: int | None, to: ArrayFile) -> Counted:
    """Encode a text of any length with a trained tokenizer, and append its ids to a file."""
    before, unknown = to.size, 0
    blocks = blocks_of([text], drops_blank(tokenizer.settings()))
    with closing(each_chunk(_Encode(tokenizer), blocks, workers, "tokenising")) as parts:
        for part in parts:
            if any(part.counts):  # an empty block has an id, too
                ids = np.frombuffer(part.ids, to.dtype)
                unknown += int(np.count_nonzero(ids == tokenizer.unknown_id))
                to.write(ids)
    empty = to.size == before
    if empty:
        to.write(np.array([tokenizer.unknown_id]))
    return Counted(to.size - before, unknown + empty, empty)


def smallest(vocab_size: int) -> np.dtype:
    """Return the smallest unsigned type that holds every id."""
    return np.min_scalar_type(vocab_size - 1)


class _Clean:
    """Cleans some texts; a class and not a closure so that it can be pickled."""

    def __init__(self, cleaner: Cleaner) -> None:
        self.cleaner = cleaner

    def __call__(self, texts: Sequence[str]) -> list[str]:
        return [self.cleaner(text) for text in texts]


class _Part(NamedTuple):
    """Ids of some texts as bytes of their smallest type, and the number of ids of each as int64 bytes."""

    ids: bytes
    counts: bytes


class _Encode:
    """Encodes some texts on one core; a class and not a closure so that it can be pickled."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer

    def __call__(self, texts: Sequence[str]) -> _Part:
        flat = array(smallest(self.tokenizer.vocab_size).char)
        counts = array("q")
        texts = list(texts)
        for start in range(0, len(texts), _BATCH):
            for ids in self.tokenizer.encode_batch(texts[start : start + _BATCH]):
                counts.append(len(ids))
                flat.fromlist(ids or [self.tokenizer.unknown_id])
        return _Part(flat.tobytes(), counts.tobytes())

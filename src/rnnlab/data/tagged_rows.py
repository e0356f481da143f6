"""Tagged sentences as padded batches. B rows, T words, P pieces, W letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnlab.data.padded_batches import rectangle
from rnnlab.data.row_data import RowSet
from rnnlab.data.tagged_words import EncodedWords, WordEncoder


class TaggedBatch(NamedTuple):
    """Words and their tags, right-padded.

    Attributes:
        tokens: (B, T) int64, or (B, P) where words have several pieces.
        lengths: (B,) int64, words of each row.
        tags: (B, T) int64, 0 for padding.
        rows: (B,) int64, number of each row in its split.
        letters: (B, T, W) int64, 0 for padding; None where no letters are read.
        pieces: (B, T) int64, pieces of each word, 0 for padding; None where each word is one token.
    """

    tokens: Tensor
    lengths: Tensor
    tags: Tensor
    rows: Tensor
    letters: Tensor | None = None
    pieces: Tensor | None = None


class TaggedRows(RowSet):
    """A data set of padded batches: `rows[[3, 1, 4]]` is the `TaggedBatch` of these sentences.

    Args:
        encoder: pads them.
        sentences: the encoded words of each; tags: their ids (T,) int64.
    """

    def __init__(
        self, encoder: WordEncoder, sentences: Sequence[EncodedWords], tags: Sequence[np.ndarray]
    ) -> None:
        self.encoder, self.sentences, self.tags = encoder, sentences, tags
        self.lengths = np.array([len(one) for one in tags], dtype=np.int64)

    def __getitem__(self, rows: Sequence[int]) -> TaggedBatch:
        words = self.encoder.padded([self.sentences[row] for row in rows])
        tags = rectangle([self.tags[row] for row in rows], "post")
        index = np.asarray(rows, dtype=np.int64)
        made = [None if array is None else torch.from_numpy(array) for array in (words.letters, words.pieces)]
        return TaggedBatch(*map(torch.from_numpy, (words.tokens, words.lengths, tags, index)), *made)

"""Vectors of words from their letters: the interface, and the choice of none.

Shapes: B rows, T words, W letters, N words one below the other.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.dropout import LockedDropout
from rnnlab.model.settings import checked

LETTER_PAD = 0
LARGEST = 2**63 - 1
LETTER_STD = 0.3  # of a letter's vector: about 1.5 in length at the usual sizes


class Letters(nn.Module):
    """Maps the letters of words (B, T, W) to a vector of each word (B, T, output_size), zero for padding.

    A subclass has `read`, for the words of all rows one below the other.

    Args:
        num_letters: ids of letters, the padding's 0 included.
        letter_size: features of a letter.
        output_size: features of a word.
        dropout: probability in [0, 1) to drop a feature of the letters, one mask a word.

    Raises:
        ValueError: an argument outside its range.
    """

    def __init__(self, num_letters: int, letter_size: int, output_size: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.vectors = nn.Embedding(
            checked("num_letters", num_letters), checked("letter_size", letter_size), LETTER_PAD
        )
        nn.init.normal_(self.vectors.weight, std=LETTER_STD)
        nn.init.zeros_(self.vectors.weight[LETTER_PAD])
        self.output_size = checked("output_size", output_size)
        self.dropout = LockedDropout(dropout)

    def forward(self, letters: Tensor) -> Tensor:
        """Map (B, T, W) int64 to (B, T, output_size)."""
        rows, words, width = letters.shape
        # a word that stands at several places is read once, in training with one mask
        flat, places = distinct_rows(letters.reshape(-1, width), self.vectors.num_embeddings)  # (N, W)
        found = self._read(flat, (flat != LETTER_PAD).sum(1))[places]
        return found.view(rows, words, self.output_size)

    def _read(self, letters: Tensor, lengths: Tensor) -> Tensor:
        """Map the letters (N, W) and their numbers (N,), 0 for padding, to (N, output_size)."""
        vectors = self.dropout(self.vectors(letters))  # (N, W, C)
        return self.read(vectors, lengths.clamp(min=1)) * (lengths > 0).unsqueeze(1)

    def read(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """Map letters' vectors (N, W, C), right-padded with zeros, and lengths (N,) to (N, output_size)."""
        raise NotImplementedError(f"{type(self).__name__} has no read()")


def distinct_rows(rows: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Return the different rows (N, W) of (R, W), in order, and the number of each row among them (R,).

    The same as `torch.unique` of rows, which on CPUs compares them one by one, in some five calls a row. Here
    a row becomes one number; where the next column would be too much for it, its rank takes its place.

    Args:
        rows: int64 in [0, size).
    """
    key, below = rows.new_zeros(len(rows)), 1  # the greatest key is less than that
    for column in rows.unbind(1):
        if below * size > LARGEST:
            key, below = torch.unique(key, return_inverse=True)[1], len(rows)
        key, below = key * size + column, below * size
    found, places = torch.unique(key, return_inverse=True)
    distinct = rows.new_empty(len(found), rows.shape[1])
    distinct[places] = rows
    return distinct, places


class NoLetters(nn.Module):
    """No vectors from letters: words are read by their ids alone."""

    output_size = 0

    def __init__(self, num_letters: int = 0) -> None:
        super().__init__()

"""Words of several pieces each: which pieces are whose, and one vector of a word from those of its pieces.

Shapes: B rows, P pieces, T words, F features.
"""

from __future__ import annotations

import torch
from torch import Tensor


def word_of_piece(sizes: Tensor, num_pieces: int) -> Tensor:
    """Return the number of each piece's word (B, P), that of the last word for padding.

    Args:
        sizes: (B, T) int64, pieces of each word, 0 for padding.
    """
    ends = sizes.cumsum(1)  # (B, T)
    place = torch.arange(num_pieces, device=sizes.device).expand(len(sizes), -1).contiguous()
    return torch.searchsorted(ends, place, right=True).clamp(max=sizes.shape[1] - 1)


def spread(words: Tensor, sizes: Tensor, num_pieces: int) -> Tensor:
    """Map words' vectors (B, T, F) to those of their pieces (B, P, F)."""
    index = word_of_piece(sizes, num_pieces).unsqueeze(2).expand(-1, -1, words.shape[2])
    return words.gather(1, index)


def first_pieces(pieces: Tensor, sizes: Tensor) -> Tensor:
    """Map pieces' vectors (B, P, F) to words' (B, T, F): each word as its first piece, zero for padding."""
    starts = (sizes.cumsum(1) - sizes).clamp(max=pieces.shape[1] - 1)  # (B, T)
    found = pieces.gather(1, starts.unsqueeze(2).expand(-1, -1, pieces.shape[2]))
    return found * (sizes > 0).unsqueeze(2)


def mean_pieces(pieces: Tensor, sizes: Tensor) -> Tensor:
    """Map pieces' vectors (B, P, F) to words' (B, T, F): the mean of a word's pieces, zero for padding."""
    owner = word_of_piece(sizes, pieces.shape[1]).unsqueeze(2).expand_as(pieces)
    real = torch.arange(pieces.shape[1], device=sizes.device) < sizes.sum(1, keepdim=True)  # (B, P)
    sums = pieces.new_zeros(*sizes.shape, pieces.shape[2])
    sums = sums.scatter_add(1, owner, pieces * real.unsqueeze(2))
    return sums / sizes.clamp(min=1).unsqueeze(2)

"""Two texts of a row, encoded by one encoder each by itself, and their vectors combined.

Shapes: B rows, T tokens of both texts, S of the longer one, E features of a word, F of a text.
"""

from __future__ import annotations

import torch
from torch import Tensor

COMBINED = 4  # vectors of a pair


def apart(vectors: Tensor, tokens: Tensor, lengths: Tensor, separator: int) -> tuple[Tensor, Tensor]:
    """Split right-padded rows at their first mark: all first texts, then all second ones.

    The mark ends the first text and begins the second, so that neither is empty. A row without a mark is a
    first text whose second one is its last token.

    Args:
        vectors: (B, T, E) of the tokens (B, T), whose real ones are `lengths` (B,).

    Returns:
        Right-padded vectors (2B, S, E), zeros beyond each text, and lengths (2B,).
    """
    last = lengths - 1
    marks = tokens == separator
    place = torch.where(marks.any(dim=1), marks.long().argmax(dim=1), last)  # (B,)
    ends = torch.cat([place + 1, lengths - place])  # (2B,)
    starts = torch.cat([torch.zeros_like(place), place])
    steps = torch.arange(int(ends.max()), device=tokens.device)  # (S,)
    source = (starts.unsqueeze(1) + steps).clamp_max(tokens.shape[1] - 1)  # (2B, S)
    both = torch.cat([vectors, vectors])  # (2B, T, E)
    picked = both.gather(1, source.unsqueeze(2).expand(-1, -1, vectors.shape[2]))
    return picked * (steps < ends.unsqueeze(1)).unsqueeze(2), ends


def combined(features: Tensor) -> Tensor:
    """Map features (2B, F) of first and second texts to those of pairs (B, 4F): u, v, |u - v|, u * v.

    As InferSent does (Conneau et al. 2017).
    """
    first, second = features.chunk(2)
    return torch.cat([first, second, (first - second).abs(), first * second], dim=1)

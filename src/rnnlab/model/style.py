"""A vector for each style, mixed by weights and read with every token.

Shapes: B rows, T tokens, S styles.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.settings import checked


def style_embedding(styles: int, style_size: int) -> nn.Embedding | None:
    """Make vectors (S, style_size) of unit variance, so that they matter as much as the tokens' initially.

    Returns None if both are 0, and then draws nothing.

    Raises:
        ValueError: only one of the two is set, a single style, or a negative size.
    """
    if not styles and not style_size:
        return None
    if not styles or not style_size:
        raise ValueError(f"styles={styles} and style_size={style_size} need each other: both 0, or neither")
    checked("style_size", style_size)
    checked("styles", styles)
    return nn.Embedding(styles, style_size)


def mixed(vectors: Tensor, weights: Tensor | None) -> Tensor:
    """Return the mean of vectors (S, D) under weights (B, S), (B, D); without weights the plain mean, (1, D).

    Raises:
        ValueError: weights of another number of styles.
    """
    if weights is None:
        return vectors.mean(0, keepdim=True)
    if weights.dim() != 2 or weights.size(1) != len(vectors):
        raise ValueError(f"style={tuple(weights.shape)} must be (B, {len(vectors)}), a weight for each style")
    return weights.to(vectors.dtype) @ vectors


def joined(tokens: Tensor, style: Tensor) -> Tensor:
    """Concatenate vectors (B, T, E) and a style (B, D) or (1, D) to (B, T, E + D), in time-major layout."""
    rows, steps, _ = tokens.shape
    beside = style.to(tokens.dtype).expand(steps, rows, -1)  # (T, B, D)
    return torch.cat([tokens.transpose(0, 1), beside], -1).transpose(0, 1)

"""Texts that nobody has seen, as a trained network reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.data.truncation import Truncation, cut

if TYPE_CHECKING:
    from torch import Tensor

    from rnnlab.text.cleaner import Cleaner
    from rnnlab.tokenizer import Tokenizer


def encode(
    texts: Sequence[str], cleaner: Cleaner, tokenizer: Tokenizer, shape: Truncation
) -> list[np.ndarray]:
    """Of each text its ids (T,) int64, T >= 1: one unknown id for a text without tokens."""
    ids = tokenizer.encode_batch([cleaner(text) for text in texts])
    return [cut(np.array(row or [tokenizer.unknown_id], dtype=np.int64), shape) for row in ids]


def batches(
    ids: Sequence[np.ndarray], padding: str, tokens: int
) -> Iterator[tuple[np.ndarray, Tensor, Tensor]]:
    """Numbers (B,), tokens (B, T) and lengths (B,) of texts of like length, the shortest first.

    Args:
        padding: the side that is filled up, post or pre.
        tokens: most of a padded batch; a longer text stands alone.
    """
    import torch

    lengths = np.array([len(row) for row in ids], dtype=np.int64)
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and (end + 1 - start) * lengths[order[end]] <= tokens:
            end += 1
        rows = order[start:end]
        table = rectangle([ids[row] for row in rows], padding)
        yield rows, torch.from_numpy(table), torch.from_numpy(lengths[rows])
        start = end


def rectangle(ids: Sequence[np.ndarray], padding: str) -> np.ndarray:
    """(B, T) int64, filled up with id 0."""
    table = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
    for line, row in zip(table, ids, strict=True):
        if padding == "post":
            line[: len(row)] = row
        else:
            line[len(line) - len(row) :] = row
    return table

"""Padded batches of new rows, texts or series, for a trained network."""

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
    """Return the ids (T,) int64 of each text, T >= 1: one unknown id for a text without tokens."""
    ids = tokenizer.encode_batch([cleaner(text) for text in texts])
    return [cut(np.array(row or [tokenizer.unknown_id], dtype=np.int64), shape) for row in ids]


def batches(
    ids: Sequence[np.ndarray], padding: str, tokens: int
) -> Iterator[tuple[np.ndarray, Tensor, Tensor]]:
    """Yield numbers (B,), tokens (B, T) and lengths (B,) of texts of similar length; see `row_batches`."""
    import torch

    for rows, table, lengths in row_batches(ids, tokens, padding):
        yield rows, torch.from_numpy(table), torch.from_numpy(lengths)


def row_batches(
    rows: Sequence[np.ndarray], steps: int, padding: str = "post"
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield numbers (B,), padded rows (B, T, ...) and lengths (B,) int64 of rows (T, ...) of similar length.

    The shortest rows come first.

    Args:
        steps: most steps of a padded batch; a longer row is a batch by itself.
        padding: the side that is padded, post or pre.
    """
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and (end + 1 - start) * lengths[order[end]] <= steps:
            end += 1
        index = order[start:end]
        yield index, rectangle([rows[row] for row in index], padding), lengths[index]
        start = end


def rectangle(rows: Sequence[np.ndarray], padding: str) -> np.ndarray:
    """Pad rows (T, ...) with 0 to one array (B, T, ...) of their type."""
    table = np.zeros((len(rows), max(map(len, rows)), *rows[0].shape[1:]), dtype=rows[0].dtype)
    for line, row in zip(table, rows, strict=True):
        if padding == "post":
            line[: len(row)] = row
        else:
            line[len(line) - len(row) :] = row
    return table

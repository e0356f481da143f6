"""Boundaries of batches in a sorted list of rows."""

from __future__ import annotations

import numpy as np


def cut_rows(count: int, batch_size: int | None) -> np.ndarray:
    """Return the ends of batches of nearly equal size, at most `batch_size`, without a small last batch."""
    size = batch_size or max(count, 1)
    return np.linspace(0, count, -(-count // size) + 1).round().astype(np.int64)


def cut_tokens(lengths: np.ndarray, batch_size: int | None, batch_tokens: int) -> np.ndarray:
    """Return the ends of batches of rows of ascending lengths, each padded to at most `batch_tokens`."""
    cuts = [0]
    for place, length in enumerate(lengths.tolist()):
        rows = place + 1 - cuts[-1]
        if rows > 1 and (rows * length > batch_tokens or (batch_size is not None and rows > batch_size)):
            cuts.append(place)
    return np.array([*cuts, len(lengths)], dtype=np.int64)


def split_until(cuts: np.ndarray, multiple: int) -> np.ndarray:
    """Halve the largest batches until their number is a multiple, as long as one has several rows."""
    ends = cuts.tolist()
    while (len(ends) - 1) % multiple:
        sizes = np.diff(ends)
        largest = int(sizes.argmax())
        if sizes[largest] < 2:
            break
        ends.insert(largest + 1, ends[largest] + int(sizes[largest]) // 2)
    return np.array(ends, dtype=np.int64)

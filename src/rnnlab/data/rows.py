"""Labelled rows as padded batches; truncation happens here, so that the cache serves every length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.utils.data import Dataset

from rnnlab.data.batch import Batch
from rnnlab.data.cache import Split
from rnnlab.errors import SettingError

TRUNCATIONS = ("head", "tail", "head_tail")


class Rows(Dataset):
    """`rows[[3, 1, 4]]` is the `Batch` of these rows of a split.

    Args:
        max_length: most tokens of a row.
        truncation: the part that is kept of a longer row: its `head`, its `tail`, or `head_tail`, of which
            `head_fraction` (in [0, 1]) is taken from the head.

    Raises:
        SettingError: one of them is out of range.
    """

    def __init__(
        self, split: Split, max_length: int, truncation: str = "head", head_fraction: float = 0.25
    ) -> None:
        check_truncation(max_length, truncation, head_fraction)
        self.split = split
        full = split.lengths
        self.lengths = np.minimum(full, max_length)
        kept = {"head": max_length, "tail": 0, "head_tail": round(head_fraction * max_length)}[truncation]
        self._heads = np.minimum(full, kept)
        self._tails = split.offsets[1:] - (self.lengths - self._heads)  # where the rest of a row begins

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, rows: Sequence[int]) -> Batch:
        index = np.asarray(rows)
        ids, lengths = self.split.ids, self.lengths[index]
        tokens = np.zeros((len(index), lengths.max()), dtype=np.int64)  # (B, T)
        parts = zip(self.split.offsets[index], self._heads[index], self._tails[index], lengths, strict=True)
        for line, (start, head, tail, length) in zip(tokens, parts, strict=True):
            line[:head] = ids[start : start + head]
            line[head:length] = ids[tail : tail + length - head]
        labels = self.split.labels[index].astype(np.int64)
        return Batch(*map(torch.from_numpy, (tokens, lengths, labels, index)))


def check_truncation(max_length: int, truncation: str, head_fraction: float) -> None:
    """Raises SettingError for a length below 1, an unknown side or a fraction outside [0, 1]."""
    if max_length < 1:
        raise SettingError("data.max_length", max_length, "must be at least 1")
    if truncation not in TRUNCATIONS:
        raise SettingError("data.truncation", truncation, "must be the part to keep", names=TRUNCATIONS)
    if not 0 <= head_fraction <= 1:
        raise SettingError("data.head_fraction", head_fraction, "must lie between 0 and 1")

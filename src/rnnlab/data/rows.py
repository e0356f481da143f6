"""Labelled rows as padded batches; truncation happens here, so that the cache serves every length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from rnnlab.data.batch import Batch
from rnnlab.data.cache import Split
from rnnlab.data.row_data import RowSet
from rnnlab.data.truncation import Truncation, check_shape, cut, kept


class Rows(RowSet):
    """A data set of padded batches: `rows[[3, 1, 4]]` is the `Batch` of these rows of a split.

    Args:
        max_length: most tokens of a row.
        truncation: the part of a longer row that is kept: its `head`, its `tail`, its `middle`, or
            `head_tail`, of which `head_fraction` (in [0, 1]) is taken from the head.
        padding: the side that is padded with id 0: after a row (`post`) or before it (`pre`).
        separator: of pairs of texts, see `Truncation`.

    Raises:
        SettingError: one of them is out of range.
    """

    def __init__(
        self,
        split: Split,
        max_length: int,
        truncation: str = "head",
        head_fraction: float = 0.25,
        padding: str = "post",
        separator: int | None = None,
    ) -> None:
        self.shape = Truncation(max_length, truncation, head_fraction, padding, separator)
        check_shape(*self.shape)
        self.split = split
        self.lengths = np.minimum(split.lengths, max_length)
        self._heads, rests = kept(split.lengths, self.shape)
        self._rests = split.offsets[:-1] + rests

    def __getitem__(self, rows: Sequence[int]) -> Batch:
        return self.batch(self.texts(rows), rows)

    def texts(self, rows: Sequence[int]) -> list[np.ndarray]:
        """Return the truncated ids of each row."""
        if self.shape.separator is not None:
            starts, ends = self.split.offsets[:-1][rows].tolist(), self.split.offsets[1:][rows].tolist()
            whole = (self.split.ids[start:end] for start, end in zip(starts, ends, strict=True))
            return [cut(ids, self.shape) for ids in whole]
        index, ids = np.asarray(rows), self.split.ids
        starts, heads, rests = self.split.offsets[index], self._heads[index], self._rests[index]
        ends = rests + self.lengths[index] - heads
        parts = zip(*(part.tolist() for part in (starts, heads, rests, ends)), strict=True)
        return [
            np.concatenate([ids[start : start + head], ids[rest:end]]) if head else ids[rest:end]
            for start, head, rest, end in parts
        ]

    def cut(self, text: np.ndarray) -> np.ndarray:
        """Truncate ids that do not come from the split unchanged."""
        return cut(text, self.shape)

    def batch(self, texts: Sequence[np.ndarray], rows: Sequence[int]) -> Batch:
        """Pad the ids of some rows, which may be augmented, to a batch."""
        index, lengths = np.asarray(rows), np.array([len(text) for text in texts])
        tokens = np.zeros((len(texts), lengths.max()), dtype=np.int64)  # (B, T)
        for line, text in zip(tokens, texts, strict=True):
            if self.shape.padding == "post":
                line[: len(text)] = text
            else:
                line[len(line) - len(text) :] = text
        labels = self.split.labels[index]
        return Batch(*map(torch.from_numpy, (tokens, lengths, labels, index)))

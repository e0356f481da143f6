"""Encoded pairs as padded batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch

from rnnlab.data.cache import Split
from rnnlab.data.padded_batches import rectangle
from rnnlab.data.pair_batch import PairBatch
from rnnlab.data.pair_words import renumbered
from rnnlab.data.row_data import RowSet
from rnnlab.data.truncation import Truncation, cut
from rnnlab.tokenizer.base import UNKNOWN_ID


class PairSides(NamedTuple):
    """The encoded texts of a split; the last two are None where no words are copied."""

    sources: Split
    targets: Split
    copy_sources: Split | None = None
    copy_targets: Split | None = None


class PairRows(RowSet):
    """A data set of padded batches: `rows[[3, 1, 4]]` is the `PairBatch` of these pairs of a split.

    Attributes:
        lengths: (N, 2) tokens of source, truncated, and of target, the end mark counted.

    Args:
        end_id: the mark that ends a target. target_size: ids of the target side.
        shape: truncation of the sources; targets are read whole.
    """

    def __init__(self, sides: PairSides, shape: Truncation, end_id: int, target_size: int) -> None:
        self.sides, self.shape, self.end_id, self.target_size = sides, shape, end_id, target_size
        sources = np.minimum(sides.sources.lengths, shape.max_length)
        self.lengths = np.stack([sources, sides.targets.lengths + 1], axis=1)

    def source(self, row: int) -> np.ndarray:
        """Return the truncated ids of a source."""
        return cut(_ids(self.sides.sources, row), self.shape)

    def target(self, row: int) -> np.ndarray:
        """Return the ids of a target, without the end mark."""
        return _ids(self.sides.targets, row)

    def __getitem__(self, rows: Sequence[int]) -> PairBatch:
        index = np.asarray(rows)
        sources = _padded(self.source, index)
        targets = _padded(lambda row: self._ended(self.target(row)), index)
        lengths, target_lengths = self.lengths[index].T
        tables = (sources, lengths, targets, target_lengths, index, *self._copies(index))
        return PairBatch(*(None if table is None else _tensor(table) for table in tables))  # type: ignore[arg-type]

    def _copies(self, index: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Return both sides (B, S) and (B, T) with own words, or None."""
        if self.sides.copy_sources is None or self.sides.copy_targets is None:
            return None, None
        pairs = [self._copied(row) for row in index]
        return rectangle([pair[0] for pair in pairs], "post"), rectangle([pair[1] for pair in pairs], "post")

    def _copied(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        assert self.sides.copy_sources is not None
        assert self.sides.copy_targets is not None
        source = _ids(self.sides.copy_sources, row).astype(np.int64)
        target = _ids(self.sides.copy_targets, row).astype(np.int64)
        if len(source) > self.shape.max_length:
            source, target = renumbered(cut(source, self.shape), target, self.target_size, UNKNOWN_ID)
        return source, self._ended(target)

    def _ended(self, ids: np.ndarray) -> np.ndarray:
        return np.append(ids.astype(np.int64), self.end_id)


def _ids(split: Split, row: int) -> np.ndarray:
    ids: np.ndarray = split.ids[split.offsets[row] : split.offsets[row + 1]]
    return ids


def _padded(read: Callable[[int], np.ndarray], index: np.ndarray) -> np.ndarray:
    return rectangle([read(row).astype(np.int64) for row in index], "post")


def _tensor(table: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(table, dtype=np.int64))

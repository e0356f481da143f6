"""Base of the data modules of rows: batches of similar length, limits, resuming."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pytorch_lightning import LightningDataModule
from torch.utils.data import Dataset

from rnnlab.data.batching import Batching, BucketSampler, check_batching
from rnnlab.data.limited import Limits
from rnnlab.data.loader import ResumableLoader, make_loader
from rnnlab.data.ranks import DistributedRank, place_of

EVALUATION_BATCH = 4  # times a training batch: no gradients are kept


class RowSet(Dataset):
    """N rows of a split: `rows[[3, 1, 4]]` is the batch of these rows, a NamedTuple with `lengths` (B,).

    Attributes:
        lengths: (N,) steps of each row, tokens of a text or times of a series; (N, 2) of a pair of texts.
    """

    lengths: np.ndarray

    def __len__(self) -> int:
        return len(self.lengths)


class RowData(LightningDataModule):
    """Data module with batches of rows, of texts or series.

    A subclass reads the rows in `prepare`, which sets `provenance`. It returns them from `rows` and, as plain
    values, from `inputs` and `targets`.

    Attributes:
        serves, holds, facts, provenance: see `rnnlab.data.protocol.RunData`.
        limits: limits on the batches of validation and test; set before training, none by default.
        bucketing, sampling: the settings in `batching`.
        sampler: the class that makes batches of rows by their lengths.

    Args:
        batching: settings of batches; evaluation batches are four times as large.
        seed: seed of the order of batches.
        num_workers: processes that load batches.
        limit_seed: seed of the draw of rows from a limited split.

    Raises:
        SettingError: `batching` is out of range.
    """

    sampler: type[BucketSampler] = BucketSampler

    def __init__(self, batching: Batching, seed: int = 0, num_workers: int = 0, limit_seed: int = 0) -> None:
        super().__init__()
        check_batching(batching)
        self.batching, self.seed, self.num_workers = batching, seed, num_workers
        self.bucketing, self.sampling = batching.bucketing, batching.sampling
        self.limits = Limits("rows", limit_seed)

    @property
    def facts(self) -> dict[str, Any]:
        """Return plain values that the network depends on, such as `input_size`; by default none."""
        return {}

    def prepare(self) -> None:
        """Find and read the rows; a second call does nothing."""
        raise NotImplementedError(f"{type(self).__name__} has no prepare()")

    def rows(self, split: str) -> RowSet:
        """Return the rows of `train`, `validation` or `test`."""
        raise NotImplementedError(f"{type(self).__name__} has no rows()")

    def inputs(self, split: str) -> Sequence[Any]:
        """Return the rows of a split as plain values, such as texts, in order: inputs of a finished run."""
        raise NotImplementedError(f"{type(self).__name__} has no inputs()")

    def targets(self, split: str) -> np.ndarray:
        """Return the targets of a split, (N, ...) in the order of its rows."""
        raise NotImplementedError(f"{type(self).__name__} has no targets()")

    def setup(self, stage: str) -> None:
        self.prepare()

    def train_dataloader(self) -> ResumableLoader:
        rows = self.rows("train")
        sampler = self._train_sampler(self.sampler, rows, place_of(self.trainer))
        return make_loader(rows, sampler, self.num_workers)

    def val_dataloader(self) -> ResumableLoader:
        return self.evaluation_loader("validation", place_of(self.trainer))

    def test_dataloader(self) -> ResumableLoader:
        return self.evaluation_loader("test", place_of(self.trainer))

    def whole_loader(self, rows: RowSet) -> ResumableLoader:
        """Return a loader of all rows once, in evaluation batches, for a network without a trainer."""
        return make_loader(rows, self._whole_sampler(rows.lengths, DistributedRank()), self.num_workers)

    def padding_fraction(self) -> float:
        """Return the fraction of padding in the steps of the first training epoch's batches."""
        return self._train_sampler(self.sampler, self.rows("train"), DistributedRank()).padding_fraction()

    def classes_drawn(self, rows: RowSet) -> np.ndarray | None:
        """Return the class (N,) of each training row if classes are drawn equally often, else None."""
        return None

    def evaluation_loader(self, split: str, place: DistributedRank) -> ResumableLoader:
        """Return a loader of a process's part of a split, within its limit."""
        rows = self.rows(split)
        sampler = self.limits.sampler(split, rows.lengths, place, self._whole_sampler)
        return make_loader(rows, sampler, self.num_workers)

    def _train_sampler(
        self, kind: type[BucketSampler], rows: RowSet, place: DistributedRank
    ) -> BucketSampler:
        size, tokens = self.batching.limits(1)
        shares, classes = (place.rank, place.world_size), self.classes_drawn(rows)
        fixed, bucketing = place.overfits, self.bucketing
        return kind(rows.lengths, size, tokens, self.seed, True, *shares, fixed, bucketing, classes)

    def _whole_sampler(self, lengths: np.ndarray, place: DistributedRank) -> BucketSampler:
        """Return a sampler of evaluation batches: each row once, the longest first."""
        size, tokens = self.batching.limits(EVALUATION_BATCH)
        shares = (place.rank, place.world_size)
        return self.sampler(lengths, size, tokens, self.seed, False, *shares, bucketing=self.bucketing)

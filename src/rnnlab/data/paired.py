"""Labelled training batches, each paired with unlabelled texts of similar length."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch.utils.data import Dataset

from rnnlab.data.batch import Batch
from rnnlab.data.batching import BucketSampler
from rnnlab.data.rows import Rows
from rnnlab.data.sampler import EpochSampler


class Pair(NamedTuple):
    """The index of a batch: the labelled data set's own item, and numbers of unlabelled rows."""

    labelled: Any
    unlabelled: list[int]


class PairSampler(EpochSampler):
    """Samples the batches of `labelled`, each with `share` times as many unlabelled rows, at least one.

    Unlabelled rows come from an endless sequence of permutations, divided into epochs: none comes a second
    time before each has come once, however few of them an epoch of the labelled rows takes. Within an epoch
    the longest are paired with the longest labelled batches, so that little is padded and ranks that train
    together have equal work at each step. The result is a pure function of (seed, epoch), the same on every
    rank.

    Args:
        labelled: sampler of the labelled batches; its epoch is set with this one's.
        lengths: tokens of each unlabelled row after truncation.
        share: > 0, unlabelled rows for each labelled one.
    """

    def __init__(self, labelled: BucketSampler, lengths: np.ndarray, share: float, seed: int = 0) -> None:
        super().__init__(labelled.fixed)
        self.labelled, self.share, self.seed = labelled, share, seed
        self.lengths = np.asarray(lengths, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.labelled)

    def set_epoch(self, epoch: int) -> None:
        super().set_epoch(epoch)
        self.labelled.set_epoch(epoch)

    def batches(self) -> list[Pair]:
        own = self.partners()[self.labelled.rank :: self.labelled.world_size]
        return [Pair(*pair) for pair in zip(self.labelled.batches(), own, strict=True)]

    def partners(self) -> list[list[int]]:
        """Return the unlabelled rows of each batch of this epoch, in the order of `BucketSampler.order`."""
        order, lengths = self.labelled.order(), self.labelled.lengths[self.labelled.drawn()]
        counts = np.array([max(1, round(self.share * len(draws))) for draws in order])
        by_length = np.argsort([lengths[draws].max() for draws in order], kind="stable")
        rows = self._sorted(int(counts.sum()))
        parts = np.split(rows, np.cumsum(counts[by_length])[:-1])
        partners: list[list[int]] = [[] for _ in order]
        for place, part in zip(by_length.tolist(), parts, strict=True):
            partners[place] = part.tolist()
        return partners

    def _sorted(self, count: int) -> np.ndarray:
        """Return the epoch's rows by length; rows of one length keep the random order of the draw."""
        rows = self.stream(self.epoch * count, count)
        return rows[np.argsort(self.lengths[rows], kind="stable")]

    def stream(self, start: int, count: int) -> np.ndarray:
        """Return (count,) elements from `start` on of an endless sequence of permutations of the rows."""
        size = len(self.lengths)
        first, last = start // size, -(-(start + count) // size)
        parts = [
            np.random.default_rng((self.seed, number, 3)).permutation(size) for number in range(first, last)
        ]
        return np.concatenate(parts)[start - first * size :][:count]


class PairedRows(Dataset):
    """A data set of paired batches: `rows[pair]` is the `Batch` of a pair.

    Args:
        taught: (N, C) float32, a teacher's predictions for the unlabelled rows; None without one.
    """

    def __init__(self, labelled: Any, unlabelled: Rows, taught: np.ndarray | None = None) -> None:
        self.labelled, self.unlabelled, self.taught = labelled, unlabelled, taught

    def __len__(self) -> int:
        return len(self.labelled)

    def __getitem__(self, pair: Pair) -> Batch:
        more = self.unlabelled[pair.unlabelled]
        batch: Batch = self.labelled[pair.labelled]
        batch = batch._replace(unlabelled_tokens=more.tokens, unlabelled_lengths=more.lengths)
        if self.taught is None:
            return batch
        return batch._replace(unlabelled_targets=torch.from_numpy(self.taught[pair.unlabelled]))

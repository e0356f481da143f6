"""Batches of rows of similar length, in another order each epoch."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnnlab.data.balance import Balance
from rnnlab.data.batch_boundaries import cut_rows, cut_tokens, split_until
from rnnlab.data.sampler import EpochSampler
from rnnlab.errors import SettingError

JITTER = 0.04  # fraction of a row's length by which it may be sorted too far back
SAMPLINGS = ("natural", "balanced")


class Batching(NamedTuple):
    """Settings of batching.

    Attributes:
        batch_size, batch_tokens, bucketing: see `BucketSampler`.
        sampling: `natural`, or `balanced`: all classes equally often in training (`rnnlab.data.balance`).
    """

    batch_size: int | None = 32
    batch_tokens: int | None = None
    bucketing: bool = True
    sampling: str = "natural"

    def limits(self, factor: int) -> tuple[int | None, int | None]:
        """Return the limits on rows and tokens of batches that are `factor` times as large."""
        size, tokens = self.batch_size, self.batch_tokens
        return None if size is None else size * factor, None if tokens is None else tokens * factor


class BucketSampler(EpochSampler):
    """Samples batches of row numbers of similar length, so that little is padded; every row once an epoch.

    With `shuffle` each length is raised by a random part of up to `JITTER` (at least up to 1) before rows are
    sorted, so that rows of similar length meet in other batches from epoch to epoch, and the batches come in
    random order: both depend on (seed, epoch) alone. The boundaries of batches do not depend on the epoch, so
    their number is constant. Without `shuffle` the longest batch comes first, so that a lack of memory shows
    at once.

    Ranks that train together get batches of similar length at the same step, and the same number of them:
    large batches are split rather than any repeated. Only if there are too few rows for that, training
    repeats some and evaluation gives the last ranks fewer batches (maybe none); it never sees a row twice.

    Args:
        lengths: tokens of each row after truncation.
        batch_size: most rows in a batch (of one rank), or None if `batch_tokens` is the only limit.
        batch_tokens: most tokens in a batch, padding included, or None; a longer row is a batch by itself.
        fixed: keep the order of epoch 0 in every epoch.
        bucketing: False takes rows in random order, without `shuffle` in their own; `batch_tokens` then gives
            batches of as many rows as the longest one allows.
        labels: classes of the rows; if given, an epoch has as many rows, drawn so that all classes are
            equally frequent (`rnnlab.data.balance`).

    Raises:
        SettingError: neither limit is given, or one is below 1.
    """

    def __init__(
        self,
        lengths: np.ndarray,
        batch_size: int | None,
        batch_tokens: int | None = None,
        seed: int = 0,
        shuffle: bool = True,
        rank: int = 0,
        world_size: int = 1,
        fixed: bool = False,
        bucketing: bool = True,
        labels: np.ndarray | None = None,
    ) -> None:
        super().__init__(fixed)
        check_limits(batch_size, batch_tokens)
        self.lengths = np.asarray(lengths, dtype=np.int64)
        self.seed, self.shuffle, self.rank, self.world_size = seed, shuffle, rank, world_size
        self.bucketing, self._balance = bucketing, None if labels is None else Balance(labels)
        self._spread = np.maximum(1.0, JITTER * self.lengths) if shuffle else np.zeros(self.lengths.shape)
        self.cuts = split_until(self._ends(batch_size, batch_tokens), world_size)

    def _ends(self, batch_size: int | None, batch_tokens: int | None) -> np.ndarray:
        """Return the ends of batches, in places of an epoch, from 0."""
        if batch_tokens is None:
            return cut_rows(len(self.lengths), batch_size)
        return cut_tokens(self._longest_places(), batch_size, batch_tokens)

    def _longest_places(self) -> np.ndarray:
        """Return the longest row that can come to each place of an epoch, (N,)."""
        longest = self.lengths.max(initial=0)
        if not self.bucketing:
            return np.full(len(self.lengths), longest)
        rows = slice(None) if self._balance is None else self._balance.longest(self.lengths)
        # at place k: the k-th smallest length with its whole jitter
        most = np.sort(np.ceil(self.lengths[rows] + self._spread[rows]) - self.shuffle)
        return np.minimum(most, longest)

    def __len__(self) -> int:
        count = len(self.cuts) - 1
        return -(-count // self.world_size) if self.shuffle else len(range(self.rank, count, self.world_size))

    def drawn(self) -> np.ndarray:
        """Return the rows (N,) of the current epoch: each once or, with labels, balanced by class."""
        if self._balance is None:
            return np.arange(len(self.lengths))
        return self._balance.draw(np.random.default_rng((self.seed, self.epoch, 1)))

    def order(self) -> list[np.ndarray]:
        """Return all batches of the current epoch in the order in which ranks 0, 1, ... take them.

        A batch holds numbers of draws: places in `drawn()`.
        """
        rng = np.random.default_rng((self.seed, self.epoch))
        batches = np.split(self._sorted(rng), self.cuts[1:-1])
        if not self.shuffle:
            return batches[::-1] if self.bucketing else batches
        batches += [batches[i % len(batches)] for i in range(-len(batches) % self.world_size)]
        steps = rng.permutation(len(batches) // self.world_size)
        return [batches[step * self.world_size + rank] for step in steps for rank in range(self.world_size)]

    def _sorted(self, rng: np.random.Generator) -> np.ndarray:
        if not self.bucketing:
            return rng.permutation(len(self.lengths)) if self.shuffle else np.arange(len(self.lengths))
        rows = self.drawn()
        keys = self.lengths[rows] + self._spread[rows] * rng.random(len(rows))
        return np.argsort(keys, kind="stable")

    def batches(self) -> list[Any]:
        rows = self.drawn()
        return [rows[draws].tolist() for draws in self.order()[self.rank :: self.world_size]]

    def padding_fraction(self) -> float:
        """Return the fraction of padding in the tokens of this epoch's batches, over all ranks."""
        lengths, order = self.lengths[self.drawn()], self.order()
        padded = sum(int(lengths[draws].max(axis=0).sum()) * len(draws) for draws in order)
        return 1 - sum(int(lengths[draws].sum()) for draws in order) / padded


def check_limits(batch_size: int | None, batch_tokens: int | None) -> None:
    """Check the limits; raises SettingError unless there is one and each is at least 1."""
    for name, value in (("batch_size", batch_size), ("batch_tokens", batch_tokens)):
        if value is not None and value < 1:
            raise SettingError(f"data.{name}", value, "must be at least 1")
    if batch_size is None and batch_tokens is None:
        raise SettingError("data.batch_size", "null", "data.batch_size or data.batch_tokens must be a number")


def check_batching(batching: Batching) -> None:
    """Check the settings of batching; raises SettingError for a wrong limit, word or flag."""
    check_limits(batching.batch_size, batching.batch_tokens)
    if not isinstance(batching.bucketing, bool):
        raise SettingError("data.bucketing", batching.bucketing, "must be true or false")
    if batching.sampling not in SAMPLINGS:
        rule = "must say how often the rows of a class come"
        raise SettingError("task.sampling", batching.sampling, rule, names=SAMPLINGS)

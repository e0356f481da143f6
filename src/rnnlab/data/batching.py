"""Rows of like length in one batch, in another order each epoch."""

from __future__ import annotations

import numpy as np

from rnnlab.data.sampler import EpochSampler
from rnnlab.errors import SettingError

JITTER = 0.04  # part of a row's length by which it may be sorted too far back


class BucketSampler(EpochSampler):
    """Batches of row numbers, sorted by length so that little is padded; every row once an epoch.

    With `shuffle` each length is raised by a random part of up to `JITTER` (at least up to 1) before rows are
    sorted,
    so that rows of like length meet in other batches from epoch to epoch, and the batches come in random
        order: both
    depend on (seed, epoch) alone. Where the batches are cut does not depend on the epoch, so their number is
    constant.
    Without `shuffle` the longest batch comes first: memory that does not suffice shows at once.

    Ranks that train together get batches of like length at the same step and the same number of them, for
    which batches are cut finer rather than repeated. Only where there are too few rows for that, training
    repeats some and evaluation gives the last ranks fewer batches (maybe none); it never sees a row twice.

    Args:
        lengths: tokens of each row after truncation.
        batch_size: most rows in a batch (of one rank), or None where `batch_tokens` alone decides.
        batch_tokens: most tokens in a batch, padding included, or None; a longer row is a batch by itself.
        fixed: the order of epoch 0 in every epoch.

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
    ) -> None:
        super().__init__(fixed)
        check_limits(batch_size, batch_tokens)
        self.lengths = np.asarray(lengths, dtype=np.int64)
        self.seed, self.shuffle, self.rank, self.world_size = seed, shuffle, rank, world_size
        self._spread = np.maximum(1.0, JITTER * self.lengths) if shuffle else np.zeros(len(self.lengths))
        if batch_tokens is None:
            cuts = cut_rows(len(self.lengths), batch_size)
        else:  # for the longest row that can come to a place: the k-th smallest length with its whole jitter
            most = np.sort(np.ceil(self.lengths + self._spread) - shuffle)
            cuts = cut_tokens(np.minimum(most, self.lengths.max(initial=0)), batch_size, batch_tokens)
        self.cuts = split_until(cuts, world_size)

    def __len__(self) -> int:
        count = len(self.cuts) - 1
        return -(-count // self.world_size) if self.shuffle else len(range(self.rank, count, self.world_size))

    def order(self) -> list[np.ndarray]:
        """All batches of the present epoch in the order in which ranks 0, 1, ... take them."""
        rng = np.random.default_rng((self.seed, self.epoch))
        keys = self.lengths + self._spread * rng.random(len(self.lengths))
        batches = np.split(np.argsort(keys, kind="stable"), self.cuts[1:-1])
        if not self.shuffle:
            return batches[::-1]
        batches += [batches[i % len(batches)] for i in range(-len(batches) % self.world_size)]
        steps = rng.permutation(len(batches) // self.world_size)
        return [batches[step * self.world_size + rank] for step in steps for rank in range(self.world_size)]

    def batches(self) -> list[list[int]]:
        return [rows.tolist() for rows in self.order()[self.rank :: self.world_size]]

    def padding_fraction(self) -> float:
        """Part of the tokens of this epoch's batches that is padding, over all ranks."""
        padded = sum(int(self.lengths[rows].max()) * len(rows) for rows in self.order())
        real = sum(int(self.lengths[rows].sum()) for rows in self.order())
        return 1 - real / padded


def check_limits(batch_size: int | None, batch_tokens: int | None) -> None:
    """Raises SettingError unless there is a limit and each one given is at least 1."""
    for name, value in (("batch_size", batch_size), ("batch_tokens", batch_tokens)):
        if value is not None and value < 1:
            raise SettingError(f"data.{name}", value, "must be at least 1")
    if batch_size is None and batch_tokens is None:
        raise SettingError("data.batch_size", "null", "data.batch_size or data.batch_tokens must be a number")


def cut_rows(count: int, batch_size: int | None) -> np.ndarray:
    """Ends of batches of nearly equal size, none above `batch_size`: no small batch is left over."""
    size = batch_size or max(count, 1)
    return np.linspace(0, count, -(-count // size) + 1).round().astype(np.int64)


def cut_tokens(lengths: np.ndarray, batch_size: int | None, batch_tokens: int) -> np.ndarray:
    """Ends of batches of ascending lengths whose padded size is at most `batch_tokens`."""
    cuts = [0]
    for place, length in enumerate(lengths.tolist()):
        rows = place + 1 - cuts[-1]
        if rows > 1 and (rows * length > batch_tokens or (batch_size is not None and rows > batch_size)):
            cuts.append(place)
    return np.array([*cuts, len(lengths)], dtype=np.int64)


def split_until(cuts: np.ndarray, multiple: int) -> np.ndarray:
    """Halves the largest batches until their number is a multiple, as long as one has several rows."""
    ends = cuts.tolist()
    while (len(ends) - 1) % multiple:
        sizes = np.diff(ends)
        largest = int(sizes.argmax())
        if sizes[largest] < 2:
            break
        ends.insert(largest + 1, ends[largest] + int(sizes[largest]) // 2)
    return np.array(ends, dtype=np.int64)

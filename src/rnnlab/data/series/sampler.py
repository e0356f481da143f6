"""An epoch of training windows: all of them once, or a number drawn evenly over series."""

from __future__ import annotations

import numpy as np

from rnnlab.data.batch_boundaries import cut_rows
from rnnlab.data.sampler import EpochSampler


class WindowSampler(EpochSampler):
    """Samples batches of training windows; the order depends on (seed, epoch) alone.

    All ranks have the same number of batches; a few windows come twice where they do not divide evenly.

    Args:
        series: (W,) ascending number of each window's series.
        batch_size: most windows in a batch of one rank.
        number: windows of an epoch, drawn with each series equally often (as far as it has windows); None
            reads every window once.
        rank, world_size, fixed: see `rnnlab.data.batching.BucketSampler`.
    """

    def __init__(
        self,
        series: np.ndarray,
        batch_size: int,
        number: int | None = None,
        seed: int = 0,
        rank: int = 0,
        world_size: int = 1,
        fixed: bool = False,
    ) -> None:
        super().__init__(fixed)
        self.seed, self.rank, self.world_size = seed, rank, world_size
        counts = np.bincount(series)
        self._counts = counts[counts > 0]
        self._total = len(series)
        self.number = self._total if number is None else min(number, self._total)
        cuts = cut_rows(self.number, batch_size)
        while (len(cuts) - 1) % world_size and len(cuts) - 1 < self.number:
            cuts = np.linspace(0, self.number, len(cuts) + 1).round().astype(np.int64)
        self.cuts = cuts

    def __len__(self) -> int:
        return -(-(len(self.cuts) - 1) // self.world_size)

    def order(self) -> np.ndarray:
        """Return the windows of the current epoch in their order, (number,)."""
        rng = np.random.default_rng((self.seed, self.epoch))
        if self.number == self._total:
            return rng.permutation(self._total)
        quotas = even_quotas(self._counts, self.number, rng)
        firsts = np.cumsum(self._counts) - self._counts
        drawn = [
            first + rng.choice(count, quota, replace=False)
            for first, count, quota in zip(
                firsts.tolist(), self._counts.tolist(), quotas.tolist(), strict=True
            )
            if quota
        ]
        return rng.permutation(np.concatenate(drawn))

    def batches(self) -> list[np.ndarray]:
        order, count = self.order(), len(self.cuts) - 1
        mine = [(step * self.world_size + self.rank) % count for step in range(len(self))]
        return [order[self.cuts[batch] : self.cuts[batch + 1]] for batch in mine]


def even_quotas(counts: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """Return how many windows to draw of each series (S,): `number` in all, as even as their counts allow.

    Which series get one more is drawn.
    """
    quotas = np.zeros_like(counts)
    left = number
    while left:
        room = np.flatnonzero(quotas < counts)
        each = left // len(room)
        if not each:
            quotas[rng.choice(room, left, replace=False)] += 1
            break
        added = np.minimum(each, counts[room] - quotas[room])
        quotas[room] += added
        left -= int(added.sum())
    return quotas

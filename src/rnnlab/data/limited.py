"""Evenly spread random rows of a split, for limits on the number of evaluation batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rnnlab.data.ranks import DistributedRank
from rnnlab.data.sampler import EpochSampler

Limit = int | float  # a number of batches or, as a float, a fraction of them
MakeSampler = Callable[[np.ndarray, DistributedRank], EpochSampler]


class PartSampler(EpochSampler):
    """Maps the batches of a sampler over a subset of rows to the row numbers of the whole split."""

    def __init__(self, inner: EpochSampler, rows: np.ndarray) -> None:
        super().__init__()
        self._inner, self._rows = inner, rows

    def __len__(self) -> int:
        return len(self._inner)

    def batches(self) -> list[Any]:
        return [self._rows[batch].tolist() for batch in self._inner.batches()]


class Part(NamedTuple):
    """The part of a split that is read: `7,653 of 25,000 rows`."""

    read: int
    of: int
    unit: str


class Limits:
    """Limits on the number of batches of each split; a limited split reads evenly spread rows.

    Attributes:
        wanted: the limit of each process, by split; a split without one is read whole.
        read: the part that is read of each limited split; filled as samplers are made.

    Args:
        unit: unit of `read`, rows or tokens. seed: seed of the draw.
    """

    def __init__(self, unit: str, seed: int = 0) -> None:
        self.unit, self.seed = unit, seed
        self.wanted: dict[str, Limit] = {}
        self.read: dict[str, Part] = {}

    def sampler(
        self, split: str, lengths: np.ndarray, place: DistributedRank, make: MakeSampler
    ) -> EpochSampler:
        """Return the sampler of a split, over all its rows or those within its limit.

        Args:
            lengths: (N,) tokens of each row.
            make: builds the sampler of one process over rows of given lengths.
        """
        limit = self.wanted.get(split)
        rows = None if limit is None else limited_rows(lengths, limit, self.seed, place.world_size, make)
        if rows is None:
            return make(lengths, place)
        few = lengths[rows]
        read, of = (len(part) if self.unit == "rows" else int(part.sum()) for part in (few, lengths))
        self.read[split] = Part(read, of, self.unit)
        return PartSampler(make(few, place), rows)


def limited_rows(
    lengths: np.ndarray, limit: Limit, seed: int, world_size: int, make: MakeSampler
) -> np.ndarray | None:
    """Return ascending row numbers that make no more than `limit` batches, or None if all rows do.

    The fraction of rows is that of batches: 60 of 196 batches are 7,653 of 25,000 rows.
    """
    first = DistributedRank(0, world_size)  # no process has more batches
    batches = len(make(lengths, first))
    most = max(int(batches * limit), 1) if isinstance(limit, float) else limit
    if most >= batches:
        return None
    wanted = max(round(len(lengths) * most / batches), 1)
    rows = draw(len(lengths), wanted, seed)
    while wanted > 1 and len(make(lengths[rows], first)) > most:  # batches may be limited by tokens, not rows
        wanted = min(wanted - 1, wanted * 49 // 50) or 1
        rows = draw(len(lengths), wanted, seed)
    return rows


def draw(count: int, wanted: int, seed: int) -> np.ndarray:
    """Draw `wanted` of `count` row numbers, ascending: one from each of `wanted` stretches of equal size.

    So a file that is sorted by label or date is represented evenly.
    """
    borders = np.arange(wanted + 1) * count // wanted
    return np.random.default_rng(seed).integers(borders[:-1], borders[1:])

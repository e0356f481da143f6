"""An even, seeded draw of a split's rows where only some of its batches are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rnnlab.data.ranks import Place
from rnnlab.data.sampler import EpochSampler

Limit = int | float  # a number of batches or, as a float, a fraction of them
MakeSampler = Callable[[np.ndarray, Place], EpochSampler]


class PartSampler(EpochSampler):
    """The batches of a sampler over some rows, by the numbers that these rows have in their split."""

    def __init__(self, inner: EpochSampler, rows: np.ndarray) -> None:
        super().__init__()
        self._inner, self._rows = inner, rows

    def __len__(self) -> int:
        return len(self._inner)

    def batches(self) -> list[Any]:
        return [self._rows[batch].tolist() for batch in self._inner.batches()]


class Part(NamedTuple):
    """How much of a split is read: `7,653 of 25,000 rows`."""

    read: int
    of: int
    unit: str


class Limits:
    """How many batches of each split are wanted, and what was read of them instead of the first ones.

    Attributes:
        wanted: a limit for each process, by split; one that is missing is read whole.
        read: filled as samplers are made, for the splits that are not read whole.

    Args:
        unit: what is counted, rows or tokens. seed: of the draw.
    """

    def __init__(self, unit: str, seed: int = 0) -> None:
        self.unit, self.seed = unit, seed
        self.wanted: dict[str, Limit] = {}
        self.read: dict[str, Part] = {}

    def sampler(self, split: str, lengths: np.ndarray, place: Place, make: MakeSampler) -> EpochSampler:
        """The sampler of a split, whose rows are of these lengths (N,).

        Args:
            make: the sampler over rows of given lengths, for one process.
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
    """Row numbers, ascending, of which no more batches than allowed are made; None where all rows may come.

    The same fraction of the rows as of the batches: 60 of 196 batches are 7,653 of 25,000 rows.
    """
    first = Place(0, world_size)  # of all processes, it has the most batches
    batches = len(make(lengths, first))
    most = max(int(batches * limit), 1) if isinstance(limit, float) else limit
    if most >= batches:
        return None
    wanted = max(round(len(lengths) * most / batches), 1)
    rows = draw(len(lengths), wanted, seed)
    while wanted > 1 and len(make(lengths[rows], first)) > most:  # batches of a number of tokens
        wanted = min(wanted - 1, wanted * 49 // 50) or 1
        rows = draw(len(lengths), wanted, seed)
    return rows


def draw(count: int, wanted: int, seed: int) -> np.ndarray:
    """(wanted,) ascending row numbers: one of each of `wanted` equal stretches of `count` rows.

    A file that is ordered by its labels or by its dates gives as much of each part.
    """
    borders = np.arange(wanted + 1) * count // wanted
    return np.random.default_rng(seed).integers(borders[:-1], borders[1:])

"""Bootstrap intervals and paired tests of forecast measures: over series, and over blocks of origins within
each.

Windows of one series overlap, and neighbouring errors depend on each other, so that single rows must not be
drawn. A resample draws series with replacement (where there are several), and from each of them blocks of
consecutive origins (circular blocks of fixed length, Politis and Romano 1992). N rows, S series, C targets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval, intervals
from rnnlab.evaluation.series.forecasts import Sums, by_unit, measures
from rnnlab.evaluation.significance import Difference, difference

AT_ONCE = 1 << 21  # numbers of resampled series that are measured at once
LEAST_BLOCKS = 3  # fewer give no interval


class Blocks(NamedTuple):
    """Rows in the order of series and origins, and the blocks in which they are drawn.

    Attributes:
        order: (N,) the rows. starts, counts: (S,) of each series' rows in this order. length: (S,) of blocks.
        overlap: (S,) neighbouring origins over which the targets of rows overlap, 1 for none.
    """

    order: np.ndarray
    starts: np.ndarray
    counts: np.ndarray
    length: np.ndarray
    overlap: np.ndarray

    @property
    def number(self) -> int:
        """Return the number of blocks that cover the rows side by side."""
        return int((-(-self.counts // self.length)).sum())


def blocks_of(series: np.ndarray, origins: np.ndarray, horizon: int) -> Blocks:
    """Return blocks of rows whose origins reach over at least a horizon, and over the cube root of a series'
    rows.

    Args:
        series: (N,) of each row. origins: (N,) steps in the time of its series.
    """
    order = np.lexsort((origins, series))
    there, starts, counts = np.unique(series[order], return_index=True, return_counts=True)
    overlap = np.ones(len(there), dtype=np.int64)
    for place, (start, count) in enumerate(zip(starts.tolist(), counts.tolist(), strict=True)):
        if count > 1:
            apart = float(np.median(np.diff(origins[order[start : start + count]])))
            overlap[place] = max(-(-horizon // max(round(apart), 1)), 1)
    lengths = np.maximum(overlap, np.ceil(np.cbrt(counts) - 1e-9).astype(np.int64))
    return Blocks(order, starts, counts, np.minimum(lengths, counts), overlap)


def forecast_intervals(
    sums: Sums, series: np.ndarray, blocks: Blocks, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Interval]:
    """Return every measure of rows with its 95 % interval; none from fewer than LEAST_BLOCKS blocks.

    Args:
        sums: (N, C) of each row, see `rnnlab.evaluation.series.forecasts.row_sums`. series: (N,) from 0.
    """
    if blocks.number < LEAST_BLOCKS or not resamples:
        return {}
    values = {name: float(value) for name, value in measures(by_unit(sums, series)).items()}
    return intervals(values, _resampled(sums, blocks, resamples, seed))


def forecast_differences(
    first: Sums, second: Sums, series: np.ndarray, blocks: Blocks, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Difference]:
    """Return the second's measures minus the first's, with intervals and two-sided p-values, on the same
    draws.

    Args:
        first, second: (N, C) sums of the same rows in the same order, as each of two models predicted them.
    """
    if blocks.number < LEAST_BLOCKS:
        return {}
    one, other = (measures(by_unit(sums, series)) for sums in (first, second))
    drawn = [_resampled(sums, blocks, resamples, seed) for sums in (first, second)]
    return {
        name: difference(float(other[name] - one[name]), drawn[1][name] - drawn[0][name])
        for name in one
        if name in other
    }


def _resampled(sums: Sums, blocks: Blocks, resamples: int, seed: int) -> dict[str, np.ndarray]:
    """Return every measure (R,) of resamples."""
    names = list(sums)
    rows = np.stack([sums[name][blocks.order] for name in names], axis=-1)  # (N, C, K)
    running = np.concatenate([np.zeros((1, *rows.shape[1:])), rows.cumsum(0, dtype=np.float64)])
    size = max(1, AT_ONCE // max(len(blocks.counts) * rows[0].size, 1))
    found: dict[str, list[np.ndarray]] = {}
    draws = _draws(blocks, resamples, seed)
    for start in range(0, resamples, size):
        several = [_added(running, blocks, *next(draws)) for _ in range(min(size, resamples - start))]
        whole = np.stack(several)  # (r, S, C, K)
        for name, value in measures(dict(zip(names, np.moveaxis(whole, -1, 0), strict=True))).items():
            found.setdefault(name, []).append(value)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _draws(blocks: Blocks, resamples: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield for each resample the drawn series (S,), and the first row (b,) of each of their blocks in
    turn.
    """
    generator, number = np.random.default_rng(seed), len(blocks.counts)
    each = -(-blocks.counts // blocks.length)
    for _ in range(resamples):
        drawn = generator.integers(0, number, number) if number > 1 else np.zeros(1, dtype=np.int64)
        yield drawn, generator.integers(0, np.repeat(blocks.counts[drawn], each[drawn]))


def _added(running: np.ndarray, blocks: Blocks, drawn: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """Return the sums (S, C, K) over the blocks of each drawn series.

    Args:
        running: (N + 1, C, K) running sums of the rows.
    """
    each = -(-blocks.counts[drawn] // blocks.length[drawn])
    begins = np.cumsum(each) - each
    count, start = (np.repeat(values[drawn], each) for values in (blocks.counts, blocks.starts))
    length = np.repeat(blocks.length[drawn], each)
    last = begins + each - 1
    length[last] -= each * blocks.length[drawn] - blocks.counts[drawn]  # the last block takes what is left
    ends = firsts + length
    inside, around = np.minimum(ends, count), np.maximum(ends - count, 0)
    added = running[start + inside] - running[start + firsts] + running[start + around] - running[start]
    return np.add.reduceat(added, begins, axis=0)


def take_sums(sums: Mapping[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return the sums of some rows."""
    return {name: values[rows] for name, values in sums.items()}

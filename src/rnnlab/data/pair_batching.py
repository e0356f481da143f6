"""Batches of pairs of texts whose sources and targets are of similar length."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, sqrt

import numpy as np

from rnnlab.data.batch_boundaries import cut_rows, cut_tokens
from rnnlab.data.batching import BucketSampler


class PairSampler(BucketSampler):
    """A `BucketSampler` over two lengths a row: `batch_tokens` counts source and target, both padded.

    The rows are cut into strips of similar target length, as many as a strip has batches, and each strip is
    sorted by source length (sort-tile-recursive packing, Leutenegger et al. 1997). The strip of a row never
    changes; within it, rows of similar source length meet in other batches from epoch to epoch.

    Args:
        lengths: (N, 2) tokens of source and target of each row; the others as of `BucketSampler`.
    """

    def _ends(self, batch_size: int | None, batch_tokens: int | None) -> np.ndarray:
        self._strips: list[np.ndarray] = []
        rows = len(self.lengths)
        if not self.bucketing:
            if batch_tokens is None:
                return cut_rows(rows, batch_size)
            longest = int(self.lengths.max(axis=0, initial=0).sum())
            return cut_tokens(np.full(rows, longest), batch_size, batch_tokens)
        self._strips = self._cut_strips(batch_size, batch_tokens)
        ends = [np.zeros(1, np.int64)]
        start = 0
        for strip in self._strips:
            if batch_tokens is None:
                cuts = cut_rows(len(strip), batch_size)
            else:
                cuts = cut_tokens(self._longest_in(strip), batch_size, batch_tokens)
            ends.append(cuts[1:] + start)
            start += len(strip)
        return np.concatenate(ends)

    def _cut_strips(self, batch_size: int | None, batch_tokens: int | None) -> list[np.ndarray]:
        """Return row numbers in strips of ascending target length, equal ones in an order by the seed."""
        rows = len(self.lengths)
        most = rows if batch_size is None else batch_size
        if batch_tokens is not None:
            mean = self.lengths.sum() / max(rows, 1)
            most = max(min(most, int(batch_tokens / max(mean, 1.0))), 1)
        strips = max(ceil(sqrt(rows / max(most, 1))), 1)
        shuffled = np.random.default_rng((self.seed, 0, 2)).permutation(rows)
        order = shuffled[np.argsort(self.lengths[shuffled, 1], kind="stable")]
        if strips <= 1:
            return [order]
        ends = cut_rows(rows, ceil(rows / strips))
        return [order[start:end] for start, end in pairwise(ends)]

    def _longest_in(self, strip: np.ndarray) -> np.ndarray:
        """Return the most tokens, source and target, of a row at each place of a strip."""
        sources, spread = self.lengths[strip, 0], self._spread[strip, 0]
        most = np.sort(np.ceil(sources + spread) - self.shuffle)
        return np.minimum(most, sources.max()).astype(np.int64) + self.lengths[strip, 1].max()

    def _sorted(self, rng: np.random.Generator) -> np.ndarray:
        if not self.bucketing:
            return super()._sorted(rng)
        keys = self.lengths[:, 0] + self._spread[:, 0] * rng.random(len(self.lengths))
        return np.concatenate([strip[np.argsort(keys[strip], kind="stable")] for strip in self._strips])

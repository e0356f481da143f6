"""Batches of pairs of texts. B rows, S source steps, T target steps, right-padded with id 0."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class PairBatch(NamedTuple):
    """Source texts and what is to be written for each.

    Attributes:
        sources: (B, S) int64; the real ones are `sources[b, :lengths[b]]`.
        lengths: (B,) int64, source tokens of each row, at least 1.
        targets: (B, T) int64, target ids, then the end mark.
        target_lengths: (B,) int64, target tokens of each row, the end mark counted.
        rows: (B,) int64, number of each row in its split.
        copy_sources: (B, S) int64, the sources in ids of the target side, a word that the vocabulary lacks
            as the row's own id `target_size + i`; None unless a decoder copies words.
        copy_targets: (B, T) int64, the targets in the same ids.
    """

    sources: Tensor
    lengths: Tensor
    targets: Tensor
    target_lengths: Tensor
    rows: Tensor
    copy_sources: Tensor | None = None
    copy_targets: Tensor | None = None

"""A batch of windows of series, as a loader hands it over."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rnnlab.data.series.windows import WindowArrays


class SeriesBatch(NamedTuple):
    """B windows: L input steps and H steps ahead of C targets, P past and K known covariates, A static ones.

    Inputs are right-padded. Values and covariates are scaled and 0 where missing or padded.

    Attributes:
        values: (B, L, C) float32; observed: (B, L, C) bool.
        past: (B, L, P); known: (B, L, K); future: (B, H, K): `known` of the steps ahead; static: (B, A).
        gap: (B, L) float32, log(1 + steps since the point before), 0 on a regular grid.
        series: (B,) int64, number of the series in training, -1 for one that was not there.
        lengths: (B,) int64, real input steps.
        target: (B, H, C) float32; target_observed: (B, H, C) bool.
        rows: (B,) int64, number of the window in its split.
    """

    values: Tensor
    observed: Tensor
    past: Tensor
    known: Tensor
    future: Tensor
    static: Tensor
    gap: Tensor
    series: Tensor
    lengths: Tensor
    target: Tensor
    target_observed: Tensor
    rows: Tensor

    @classmethod
    def of(cls, arrays: WindowArrays) -> SeriesBatch:
        """Return the batch of arrays, which share their memory."""
        return cls(*map(torch.from_numpy, arrays))

"""What a forecaster reads: any batch with these fields.

Shapes: B rows, L input steps, H horizon, C targets, P past covariates, K known covariates, A static features.
"""

from __future__ import annotations

from typing import Protocol

from torch import Tensor


class SeriesInputs(Protocol):
    """What a forecaster reads of a batch of windows: values in scaled units, 0 where missing or padded.

    values (B, L, C), observed (B, L, C) bool; past (B, L, P), known (B, L, K), future (B, H, K), static
    (B, A); gap (B, L); series (B,) int64, -1 of a series that is not one of training; lengths (B,) int64 real
    steps, right-padded.
    """

    @property
    def values(self) -> Tensor: ...
    @property
    def observed(self) -> Tensor: ...
    @property
    def past(self) -> Tensor: ...
    @property
    def known(self) -> Tensor: ...
    @property
    def future(self) -> Tensor: ...
    @property
    def static(self) -> Tensor: ...
    @property
    def gap(self) -> Tensor: ...
    @property
    def series(self) -> Tensor: ...
    @property
    def lengths(self) -> Tensor: ...


class SeriesTargets(SeriesInputs, Protocol):
    """A batch with its targets (B, H, C) in scaled units, 0 where missing, and `target_observed`, bool."""

    @property
    def target(self) -> Tensor: ...
    @property
    def target_observed(self) -> Tensor: ...

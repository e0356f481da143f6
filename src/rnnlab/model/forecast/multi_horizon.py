"""Forecasters that compute all steps of the horizon in one pass.

Shapes: B rows, H horizon, C targets, N samples, D parameters of a target's distribution; R = B rows, or B C
where each target is read as a row of its own, of c = C targets or 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from rnnlab.model.forecast.base import Forecast, Forecaster
from rnnlab.model.forecast.inputs import SeriesInputs, SeriesTargets
from rnnlab.model.forecast.window import Window


class MultiHorizon(Forecaster):
    """A forecaster that needs no forecast of a step for the next one. A subclass has `decode`."""

    def decode(self, window: Window) -> Tensor:
        """Return what the head reads (R, H, c, D), for normalised values."""
        raise NotImplementedError

    def forward(self, batch: SeriesInputs) -> Tensor:
        """Return the parameters of each target's distribution (B, H, C, D), in scaled units."""
        window = self.window(batch)
        return self.unfold(self.in_scaled_units(self.decode(window), window, self.offset(window)))

    def losses(self, batch: SeriesTargets) -> Tensor:
        return self.head.loss(self(batch), batch.target)

    def forecast(self, batch: SeriesInputs, levels: Sequence[float]) -> Forecast:
        params = self(batch)
        return Forecast(self.head.point(params), self.head.quantiles(params, levels))

    def samples(self, batch: SeriesInputs, number: int, generator: torch.Generator | None = None) -> Tensor:
        """Return samples (N, B, H, C) in scaled units, each step drawn by itself: right for the distribution
        of a step, not for that of a sum over steps.
        """
        return self.head.sample(self(batch), number, generator)

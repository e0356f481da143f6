"""What every forecaster has: what it reads, its loss, its forecast, and its sample paths.

Shapes: B rows, L input steps, H horizon, C targets, P past covariates, K known covariates, A static features,
Q quantile levels, N samples, D parameters of a target's distribution; R = B rows, or B C where each target is
read as a row of its own, of c = C targets or 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.model.encoded import Encoded
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.forecast.inputs import SeriesInputs, SeriesTargets
from rnnlab.model.forecast.options import UNSHIFTED, ForecastOptions, checked, step_size
from rnnlab.model.forecast.skip import Skip
from rnnlab.model.forecast.window import SeriesVector, Window, WindowNorm, align_end, full_lengths
from rnnlab.model.head.distribution import DistributionHead
from rnnlab.model.layer import State
from rnnlab.model.sequence import elapsed_time
from rnnlab.model.settings import checked as checked_model


class Forecast(NamedTuple):
    """point: (B, H, C), mean or median as the head documents; quantiles: (B, H, C, Q), which do not cross."""

    point: Tensor
    quantiles: Tensor


class Forecaster(nn.Module):
    """A network from windows of series to the distribution of the values that follow.

    Attributes:
        reads_context: whether static covariates and the series' vector are part of the encoder's steps.
        open_ended: whether a forecast may be longer than `horizon`, as long as its batch's `future`.

    Args:
        encoder: reads steps of `step_size` features: each target's value and whether it is missing, the gap
            to the step before, past, known and static covariates, and the series' vector.
        head: the distribution of a target.
        horizon, input_length: H, and L at most.
        targets, past, known, static: C, P, K, A.
        num_series: that a series' vector is learned for.
        season: steps of a season, for the seasonal skip connection.
        options: window_norm, channels, skip and others; None for the defaults.
        dropout: probability in [0, 1) to drop a feature of what is decoded.

    Raises:
        ValueError: an argument outside its range; an encoder of another input size; options that need a
            longer input, or that do not fit a head of counts.
    """

    reads_context: ClassVar[bool] = True
    open_ended: bool = False

    def __init__(
        self,
        encoder: RecurrentEncoder,
        head: DistributionHead,
        horizon: int,
        input_length: int,
        targets: int = 1,
        past: int = 0,
        known: int = 0,
        static: int = 0,
        num_series: int = 1,
        season: int = 1,
        options: ForecastOptions | None = None,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.options = options = options or ForecastOptions()
        self.horizon, self.input_length = checked("horizon", horizon), checked("input_length", input_length)
        self.targets, self.past, self.known = targets, checked("past", past), checked("known", known)
        self.static, self.season = checked("static", static), checked("season", season)
        self.independent = options.channels == "independent"
        self.width = 1 if self.independent else checked("targets", targets)  # c
        self.step_size = step_size(targets, past, known, static, options)
        self.context_size = static + options.series_embedding_size
        check_counts(head, options)
        self.encoder, self.head = encoder, head
        self.check_encoder()
        self.norm = WindowNorm(options.window_norm, self.width)
        self.skip = Skip(options.skip, self.input_length, self.horizon, season)
        self.num_rows = checked("num_series", num_series) * (targets if self.independent else 1)
        self.vector = SeriesVector(self.num_rows, options.series_embedding_size)
        self.dropout = nn.Dropout(checked_model("dropout", dropout))
        self.make_parts()

    def check_encoder(self) -> None:
        """Raise ValueError unless the encoder reads what the forecaster gives it."""
        if self.encoder.input_size != self.step_size:
            raise ValueError(
                f"encoder.input_size={self.encoder.input_size} must be a step's {self.step_size} features"
            )

    def make_parts(self) -> None:
        """Make the parts of a subclass; the encoder, the head and all sizes are there."""
        raise NotImplementedError

    def losses(self, batch: SeriesTargets) -> Tensor:
        """Return the head's loss of each target point (B, H, C), in scaled units; arbitrary but finite where
        the target is missing.
        """
        raise NotImplementedError

    def forecast(self, batch: SeriesInputs, levels: Sequence[float]) -> Forecast:
        """Return the forecast in scaled units. Raises ValueError for a level outside (0, 1)."""
        raise NotImplementedError

    def samples(self, batch: SeriesInputs, number: int, generator: torch.Generator | None = None) -> Tensor:
        """Return sample paths (N, B, H, C) in scaled units."""
        raise NotImplementedError

    def in_scaled_units(self, raw: Tensor, window: Window, offset: Tensor | None) -> Tensor:
        """Return parameters (R, T, c, D) of targets in scaled units from what a network puts out for them.

        Args:
            offset: (R, T, c), what is added to the normalised forecast; None for nothing.
        """
        params = self.head.constrain(raw)
        if offset is not None:
            params = self.head.moved(params, offset, torch.ones_like(offset))
        return self.head.moved(params, window.loc.unsqueeze(1), window.scale.unsqueeze(1))

    def offset(self, window: Window) -> Tensor | None:
        """Return what is added to the normalised forecast (R, H, c); None for nothing."""
        return self.skip(window.values, window.observed, window.lengths)

    def window(self, batch: SeriesInputs) -> Window:
        """Return the normalised windows, as rows of `width` targets."""
        observed, lengths = self.fold(batch.observed), full_lengths(batch.lengths, batch.values.shape[1])
        lengths = None if lengths is None else self.spread(lengths)
        values, loc, scale = self.norm(self.fold(batch.values), observed, lengths)
        series = self.series_rows(batch.series)
        context = torch.cat((self.spread(batch.static), self.vector(series)), dim=-1)  # (R, A + E)
        known = self.spread(batch.known)
        parts = (values, (~observed).to(values.dtype), self.spread(batch.gap).unsqueeze(-1))
        steps = torch.cat((*parts, self.spread(batch.past), known), dim=-1)
        if self.context_size and self.reads_context:
            steps = torch.cat((steps, context.unsqueeze(1).expand(-1, steps.shape[1], -1)), dim=-1)
        future = self.spread(batch.future)
        return Window(steps, lengths, values, observed, loc, scale, context, future, series)

    def encode(self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None) -> Encoded:
        """Encode steps (R, T, I) in the layout of `window`, whose gaps a cell of elapsed time reads too."""
        elapsed = elapsed_time(steps[..., 2 * self.width]) if self.encoder.reads_elapsed else None
        encoded: Encoded = self.encoder(steps, lengths, state, elapsed)
        return encoded

    def aligned_steps(self, window: Window, num_steps: int) -> Tensor:
        """Return the encoder's steps (R, num_steps, I) moved to the end; what is before them is missing."""
        steps, c = align_end(window.steps, window.lengths, num_steps), self.width
        missing = 1 - align_end(window.observed, window.lengths, num_steps).to(steps.dtype)
        return torch.cat((steps[..., :c], missing, steps[..., 2 * c :]), dim=-1)

    def series_rows(self, series: Tensor) -> Tensor:
        """Return the number of each row's vector (R,), -1 of an unknown series."""
        if not self.independent:
            return series
        own = series.unsqueeze(1) * self.targets + torch.arange(self.targets, device=series.device)
        return torch.where(series.unsqueeze(1) < 0, series.unsqueeze(1), own).flatten()

    def fold(self, values: Tensor) -> Tensor:
        """Map (B, T, C) to (R, T, c)."""
        if not self.independent:
            return values
        return values.transpose(1, 2).reshape(-1, values.shape[1], 1)

    def spread(self, values: Tensor) -> Tensor:
        """Map what all targets share (B, ...) to (R, ...)."""
        if not self.independent:
            return values
        if 0 in values.shape[1:]:  # no features; an exported graph cannot repeat these
            return values.new_zeros(len(values) * self.targets, *values.shape[1:])
        return values.repeat_interleave(self.targets, dim=0)

    def unfold(self, params: Tensor) -> Tensor:
        """Map (R, H, c, D) to (B, H, C, D)."""
        if not self.independent:
            return params
        return params.view(-1, self.targets, *params.shape[1:2], params.shape[-1]).transpose(1, 2)


def check_counts(head: DistributionHead, options: ForecastOptions) -> None:
    """Raise ValueError for options that shift the values of a head of counts."""
    if not head.counts:
        return
    if options.window_norm not in UNSHIFTED:
        raise ValueError(
            f"window_norm={options.window_norm} shifts counts: a head of counts takes scale or none"
        )
    if options.skip != "none":
        raise ValueError(f"skip={options.skip} is added to the forecast: a head of counts takes skip=none")

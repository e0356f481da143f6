"""An autoregressive forecaster: each step reads the value before it, in a forecast one that was drawn.

Shapes: B rows, L input steps, H horizon, C targets, N sample paths, I features of a step, D parameters of a
target's distribution; R = B rows, or B C where each target is read as a row of its own, of c targets.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnnlab.model.forecast.base import Forecast, Forecaster
from rnnlab.model.forecast.inputs import SeriesInputs, SeriesTargets
from rnnlab.model.forecast.window import Window
from rnnlab.model.head.distribution import check_levels, uniform_numbers
from rnnlab.model.layer import State

SEED = 1  # of the noise of forecasts: the same for every row, so that a batch's size changes none


class DeepAR(Forecaster):
    """DeepAR (Salinas et al. 2020), for any causal cell.

    A step reads the value before it, whether that is missing, past covariates of the step before it (0 in the
    horizon), and known covariates of its own time. A missing value is replaced by the mean that the network
    itself forecasts there, in a first pass without gradients; it is marked as missing all the same.
    Rows are moved to the end of `input_length` steps; the steps before their start count as missing.

    In a forecast `num_paths` paths are drawn. All rows of a batch share the uniform numbers that they are
    drawn from, and every forecast uses the same ones. It has as many steps as the batch's `future`, which may
    be more than `horizon` unless a linear skip connection, a map to `horizon` steps, is part of each; the
    first steps of a longer forecast are those of a shorter one.

    Raises:
        ValueError: also for an encoder of both directions.
    """

    def check_encoder(self) -> None:
        super().check_encoder()
        if not self.encoder.causal:
            raise ValueError(
                "an autoregressive forecaster reads from left to right: it needs a causal encoder"
            )

    def make_parts(self) -> None:
        self.open_ended = self.skip.weight is None
        self.output = nn.Linear(self.encoder.output_size, self.width * self.head.num_parameters)

    def offset(self, window: Window) -> Tensor | None:
        return self.skip(window.values, window.observed, window.lengths, window.future.shape[1])

    def losses(self, batch: SeriesTargets) -> Tensor:
        window = self.window(batch)
        loc, scale = window.loc.unsqueeze(1), window.scale.unsqueeze(1)
        known = self.fold(batch.target_observed)
        target = (self.fold(batch.target) - loc) / scale * known  # (R, H, c)
        steps, offset = self.whole_steps(window, target, known), self.offset(window)
        steps = self.fill_missing(steps, window, offset)
        raw = self.raw(self.encode(steps).outputs[:, -self.horizon :])
        params = self.unfold(self.in_scaled_units(raw, window, offset))  # (B, H, C, D)
        return self.head.loss(params, batch.target)

    def whole_steps(self, window: Window, target: Tensor, known: Tensor) -> Tensor:
        """Return the encoder's steps (R, L + H, I): those of the window, then those of the forecast.

        Args:
            target, known: (R, H, c), normalised values, 0 where missing, and where they are known.
        """
        ahead = target.shape[1]
        before, c, past = self.aligned_steps(window, self.input_length), self.width, self.past
        rest = before[..., 2 * c + 1 + past :]  # known and static covariates, the series' vector
        rows = len(before)
        context = window.context.unsqueeze(1).expand(-1, ahead, -1)
        rest = torch.cat((rest, torch.cat((window.future, context), dim=-1)), dim=1)
        gap = F.pad(before[..., 2 * c : 2 * c + 1], (0, 0, 0, ahead))
        lagged = torch.cat((before[..., : 2 * c], before[..., 2 * c + 1 : 2 * c + 1 + past]), dim=-1)
        none = before.new_zeros(rows, ahead, past)
        after = torch.cat((target, (~known).to(target.dtype), none), dim=-1)
        first = torch.cat((lagged.new_zeros(1, c), lagged.new_ones(1, c), lagged.new_zeros(1, past)), dim=-1)
        lagged = torch.cat((first.expand(rows, 1, -1), lagged, after), dim=1)[:, :-1]  # one step later
        return torch.cat((lagged[..., : 2 * c], gap, lagged[..., 2 * c :], rest), dim=-1)

    def fill_missing(self, steps: Tensor, window: Window, offset: Tensor | None) -> Tensor:
        """Return the steps with the mean of what the network forecasts in place of missing values."""
        c = self.width
        missing = steps[..., c : 2 * c] > 0
        missing[:, 0] = False  # nothing is before the first step
        if torch.compiler.is_compiling() or not bool(missing.any()):
            return steps
        with torch.no_grad():
            raw = self.raw(self.encode(steps).outputs)  # (R, T, c, D)
            whole = None if offset is None else F.pad(offset, (0, 0, steps.shape[1] - offset.shape[1], 0))
            points = self.normalised(self.head.point(self.in_scaled_units(raw, window, whole)), window)
        own = torch.cat((torch.zeros_like(points[:, :1]), points[:, :-1]), dim=1)
        return torch.cat((torch.where(missing, own, steps[..., :c]), steps[..., c:]), dim=-1)

    def raw(self, outputs: Tensor) -> Tensor:
        """Map the encoder's outputs (R, T, O) to what the head reads (R, T, c, D)."""
        found: Tensor = self.output(self.dropout(outputs))
        return found.view(*found.shape[:2], self.width, -1)

    def normalised(self, values: Tensor, window: Window) -> Tensor:
        """Map values (R, T, c) in scaled units to those that the encoder reads."""
        return (values - window.loc.unsqueeze(1)) / window.scale.unsqueeze(1)

    def forecast(self, batch: SeriesInputs, levels: Sequence[float]) -> Forecast:
        """Return the mean of the paths (their median where the head's point is one) and their quantiles."""
        check_levels(levels)
        number = self.options.num_paths if self.head.probabilistic else 1
        generator = torch.Generator(batch.values.device).manual_seed(SEED)
        ordered = self.samples(batch, number, generator).sort(dim=0).values  # (N, B, H, C)
        point = quantile_of(ordered, 0.5) if self.head.point_is_median else ordered.mean(0)
        return Forecast(point, torch.stack([quantile_of(ordered, level) for level in levels], dim=-1))

    def samples(self, batch: SeriesInputs, number: int, generator: torch.Generator | None = None) -> Tensor:
        """Return sample paths (N, B, H, C) in scaled units; rows share their uniform numbers."""
        window, targets, steps = self.window(batch), self.targets, batch.future.shape[1]
        noise = self.noise(number, steps, batch.values, generator)
        noise = noise.unsqueeze(1).expand(-1, len(batch.values), -1, -1, -1)  # (N, B, C, H, 2)
        noise = noise.reshape(-1, self.width, steps, 2)  # (N R, c, H, 2)
        paths = self.paths(window, noise, number)  # (N R, H, c)
        paths = paths.view(number, -1, targets if self.independent else 1, steps, self.width)
        return paths.transpose(2, 3).flatten(3)

    def noise(self, number: int, steps: int, like: Tensor, generator: torch.Generator | None) -> Tensor:
        """Return uniform numbers (N, C, steps, 2), drawn a horizon at a time: the first steps of a longer
        forecast have those of a shorter one.
        """
        shape = (number, self.targets, self.horizon, 2)
        blocks = [uniform_numbers(shape, like, generator) for _ in range(-(-steps // self.horizon))]
        return torch.cat(blocks, dim=2)[:, :, :steps]

    def paths(self, window: Window, noise: Tensor, number: int) -> Tensor:
        """Return paths (N R, H, c) in scaled units from uniform numbers (N R, c, H, 2)."""
        ahead = noise.shape[2]
        unknown = window.values.new_zeros(len(window.values), ahead, self.width)
        offset = self.offset(window)
        steps = self.whole_steps(window, unknown, torch.ones_like(unknown, dtype=torch.bool))
        begin = steps.shape[1] - ahead + 1  # steps that read no forecast value
        read = self.fill_missing(steps[:, :begin], window, None if offset is None else offset[:, :1])
        encoded = self.encode(read)
        output = encoded.outputs[:, -1:].repeat(number, 1, 1)
        state: State | None = repeated(encoded.state, number)
        rest = steps[:, begin:].repeat(number, 1, 1)
        many = window._replace(loc=window.loc.repeat(number, 1), scale=window.scale.repeat(number, 1))
        found: list[Tensor] = []
        for place in range(ahead):
            own = None if offset is None else offset[:, place : place + 1].repeat(number, 1, 1)
            params = self.in_scaled_units(self.raw(output), many, own)[:, 0]  # (N R, c, D)
            found.append(self.head.draw(params, noise[:, :, place]))
            if place + 1 < ahead:
                value = self.normalised(found[-1].unsqueeze(1), many)
                step = torch.cat((value, rest[:, place : place + 1, self.width :]), dim=-1)
                encoded = self.encode(step, None, state)
                output, state = encoded.outputs, encoded.state
        return torch.stack(found, dim=1)


def repeated(state: State | None, number: int) -> State:
    """Repeat each part (layers, R, F) of a state for every path."""
    assert state is not None
    return tuple(part.repeat(1, number, 1) for part in state)


def quantile_of(ordered: Tensor, level: float) -> Tensor:
    """Return the quantile (...) of ordered samples (N, ...), interpolated linearly between two of them."""
    place = level * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return torch.lerp(ordered[low], ordered[high], place - low)

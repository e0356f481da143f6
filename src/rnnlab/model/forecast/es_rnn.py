"""Exponential smoothing with learned rates beside a network that forecasts what the smoothing leaves.

Shapes: R rows, L input steps, T steps, H horizon, c targets, m steps of a season, n whole seasons of
an input.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from rnnlab.model.forecast.direct import DirectForecaster
from rnnlab.model.forecast.inputs import SeriesInputs
from rnnlab.model.forecast.window import SeriesVector, Window, align_end

FIRST_RATE = 0.0  # before the sigmoid: a level that forgets half at every step
FIRST_SEASONAL_RATE = -2.0


class Smoothed(NamedTuple):
    """level: (R, c) after the last step; within: (T, R, c), the season's part of each step; seasons:
    (m, R, c) after the last step, the first of them that of the next step.
    """

    level: Tensor
    within: Tensor
    seasons: Tensor


class ESRNN(DirectForecaster):
    """ES-RNN (Smyl 2020): Holt and Winters' smoothing, with rates learned for each series, and a network.

        level' = level + a (x - season - level);  season' = season + g (x - level' - season)

    The network reads x - last level - season and forecasts what is added to the last level and the season's
    repetition. Missing values leave both as they are. The paper multiplies the parts: that is this network
    with data.scaling=log. Its seasons' first values are learned for each series; here they are the mean over
    the window's whole seasons, so that a series that was not in training is forecast too, with mean rates.

    Raises:
        ValueError: also for another skip connection than none, and an input shorter than a season.
    """

    def make_parts(self) -> None:
        super().make_parts()
        if self.options.skip != "none":
            raise ValueError(
                f"skip={self.options.skip} must be none: ES-RNN has a level and a season of its own"
            )
        if self.season > self.input_length:
            raise ValueError(
                f"input_length={self.input_length} must be at least season={self.season} for ES-RNN"
            )
        if self.head.counts:
            raise ValueError("ES-RNN adds a level to the forecast, which a head of counts does not take")
        self.rate = SeriesVector(self.num_rows, self.width, FIRST_RATE)
        seasonal = self.width if self.season > 1 else 0
        self.seasonal_rate = SeriesVector(self.num_rows, seasonal, FIRST_SEASONAL_RATE)

    def window(self, batch: SeriesInputs) -> Window:
        """Return the windows without level and season, and the forecast of these as `ahead`."""
        window = super().window(batch)
        values = align_end(window.values, window.lengths, self.input_length)
        observed = align_end(window.observed, window.lengths, self.input_length)
        smoothed = self.smooth(values, observed, window.series)
        left = (values - smoothed.level.unsqueeze(1) - smoothed.within.transpose(0, 1)) * observed
        steps = torch.cat((left, self.aligned_steps(window, self.input_length)[..., self.width :]), dim=-1)
        repeats = -(-self.horizon // self.season)
        ahead = smoothed.seasons.repeat(repeats, 1, 1)[: self.horizon].transpose(0, 1)  # (R, H, c)
        ahead = ahead + smoothed.level.unsqueeze(1)
        return window._replace(steps=steps, lengths=None, ahead=ahead)

    def offset(self, window: Window) -> Tensor | None:
        return window.ahead

    def smooth(self, values: Tensor, observed: Tensor, series: Tensor) -> Smoothed:
        """Smooth aligned values (R, L, c)."""
        level, seasons = self.first(values, observed)
        rate = torch.sigmoid(self.rate(series))
        seasonal = torch.sigmoid(self.seasonal_rate(series)) if self.season > 1 else torch.zeros_like(rate)
        given = (values.transpose(0, 1), observed.transpose(0, 1).to(values.dtype))
        run = steps_of_smoothing if torch.compiler.is_compiling() else scripted()
        return Smoothed(*run(*given, rate, seasonal, level, list(seasons.unbind(0))))

    def first(self, values: Tensor, observed: Tensor) -> tuple[Tensor, Tensor]:
        """Return the first level (R, c), the mean of the first season, and the first seasons (m, R, c)."""
        rows, length, c = values.shape
        number = length // self.season
        shape = (rows, number, self.season, c)
        cycles = values[:, length - number * self.season :].reshape(shape)
        real = observed[:, length - number * self.season :].reshape(shape).to(values.dtype)
        means = (cycles * real).sum(2) / real.sum(2).clamp(min=1)  # (R, n, c)
        has = (real.sum(2) > 0).to(values.dtype)
        order = torch.arange(number, 0, -1, device=values.device).view(1, -1, 1)
        earliest = (order * has).argmax(1, keepdim=True)  # the first season with a value
        level = means.gather(1, earliest).squeeze(1)
        if self.season == 1:
            return level, values.new_zeros(1, rows, c)
        apart = ((cycles - means.unsqueeze(2)) * real).sum(1) / real.sum(1).clamp(min=1)  # (R, m, c)
        phase = (length - number * self.season) % self.season  # of the first whole season
        return level, apart.transpose(0, 1).roll(phase, 0)


def steps_of_smoothing(
    values: Tensor,
    observed: Tensor,
    rate: Tensor,
    seasonal_rate: Tensor,
    level: Tensor,
    seasons: list[Tensor],
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the parts of `Smoothed` from time-major values (T, R, c), rates (R, c) and the first parts."""
    within: list[Tensor] = []
    m = len(seasons)
    for t, (x, real) in enumerate(zip(values.unbind(), observed.unbind())):  # noqa: B905  TorchScript
        season = seasons[t % m]
        within.append(season)
        level = level + real * rate * (x - season - level)
        seasons[t % m] = season + real * seasonal_rate * (x - level - season)
    turn = len(values) % m
    return level, torch.stack(within), torch.stack(seasons[turn:] + seasons[:turn])


@cache
def scripted() -> Callable[..., tuple[Tensor, Tensor, Tensor]]:
    """Return `steps_of_smoothing` compiled by TorchScript, so that no Python runs between two steps."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated", DeprecationWarning)
        compiled: Callable[..., tuple[Tensor, Tensor, Tensor]] = torch.jit.script(steps_of_smoothing)

    def run(values: Tensor, *rest: object) -> tuple[Tensor, Tensor, Tensor]:
        with torch.jit.optimized_execution(values.is_cuda):
            return compiled(values, *rest)

    return run

"""Windows of series: their normalisation, the vector of their series, and their alignment at the last step.

Shapes: R rows, L input steps, c targets, H horizon, K known covariates, I features of a step.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.model.forecast.options import checked
from rnnlab.model.sequence import padding_mask

EPSILON = 1e-5  # added to a window's variance, as in Kim et al. (2022)


class Window(NamedTuple):
    """steps: (R, L, I) of the encoder; lengths: (R,), None if every row is full; values: (R, L, c)
    normalised, 0 where missing, and observed, bool; loc, scale: (R, c), of value = loc + scale * normalised;
    context: (R, A + E), static features and the series' vector; future: (R, H, K); series: (R,), numbers of
    the rows' series, -1 of an unknown one; ahead: (R, H, c), a forecast that is made in reading, else None.
    """

    steps: Tensor
    lengths: Tensor | None
    values: Tensor
    observed: Tensor
    loc: Tensor
    scale: Tensor
    context: Tensor
    future: Tensor
    series: Tensor
    ahead: Tensor | None = None


class WindowNorm(nn.Module):
    """Normalisation of each window by its own observed values; see `ForecastOptions.window_norm`.

    Args:
        name: none, last, mean, revin or scale.
        width: targets c, each with its own learned scale and shift under revin.

    Raises:
        ValueError: an unknown name.
    """

    def __init__(self, name: str, width: int) -> None:
        super().__init__()
        self.name = checked("window_norm", name)
        if name == "revin":  # the learned scale is positive, so that it keeps the order of quantiles
            self.log_scale, self.shift = nn.Parameter(torch.zeros(width)), nn.Parameter(torch.zeros(width))

    def forward(
        self, values: Tensor, observed: Tensor, lengths: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return normalised values (R, L, c), 0 where missing, and loc and scale (R, c)."""
        real = observed if lengths is None else observed & padding_mask(lengths, values.shape[1]).unsqueeze(2)
        weights = real.to(values.dtype)
        loc, scale = (
            values.new_zeros(len(values), values.shape[2]),
            values.new_ones(len(values), values.shape[2]),
        )
        if self.name == "last":
            loc = last_observed(values, real)
        elif self.name in ("mean", "revin"):
            loc = masked_mean(values, weights)
        elif self.name == "scale":
            scale = 1 + masked_mean(values.abs(), weights)
        if self.name == "revin":
            centred = (values - loc.unsqueeze(1)).square()
            scale = (masked_mean(centred, weights) + EPSILON).sqrt()
            scale = scale * torch.exp(-self.log_scale)
            loc = loc - scale * self.shift
        return (values - loc.unsqueeze(1)) / scale.unsqueeze(1) * weights, loc, scale

    def extra_repr(self) -> str:
        return f"name={self.name}"


class SeriesVector(nn.Module):
    """A learned vector for each series; a series that was not in training has the mean of all.

    Args:
        num_series: rows of the table.
        size: features; 0 for none.
        initial: of every feature; None for random ones.
    """

    def __init__(self, num_series: int, size: int, initial: float | None = None) -> None:
        super().__init__()
        self.table: nn.Parameter | None = None
        if size:
            drawn = torch.randn(num_series, size) * size**-0.5
            self.table = nn.Parameter(drawn if initial is None else torch.full_like(drawn, initial))

    def forward(self, series: Tensor) -> Tensor:
        """Map series' numbers (R,), -1 for an unknown one, to vectors (R, size)."""
        if self.table is None:
            return torch.zeros(len(series), 0, device=series.device)
        found = self.table[series.clamp(min=0)]
        return torch.where((series < 0).unsqueeze(1), self.table.mean(0), found)


def masked_mean(values: Tensor, weights: Tensor) -> Tensor:
    """Return the mean over steps (R, c) of values (R, L, c) where the weights are 1; 0 where none is."""
    return (values * weights).sum(1) / weights.sum(1).clamp(min=1)


def last_observed(values: Tensor, real: Tensor) -> Tensor:
    """Return the last value (R, c) of (R, L, c) that is real, bool; 0 where none is."""
    steps = torch.arange(1, values.shape[1] + 1, device=values.device).view(1, -1, 1)
    last = (steps * real).amax(1)  # (R, c), counted from 1
    found = values.gather(1, (last - 1).clamp(min=0).unsqueeze(1)).squeeze(1)
    return found * (last > 0)


def align_end(values: Tensor, lengths: Tensor | None, input_length: int) -> Tensor:
    """Move right-padded rows (R, L, F) to the end of (R, input_length, F), and fill with 0 before them."""
    num_steps = values.shape[1]
    if lengths is None and num_steps == input_length:
        return values
    if lengths is None:
        lengths = torch.full((len(values),), num_steps, device=values.device)
    source = torch.arange(input_length, device=values.device) - input_length + lengths.unsqueeze(1)
    inside = (source >= 0).unsqueeze(2)  # (R, input_length, 1)
    index = source.clamp(0, num_steps - 1).unsqueeze(2).expand(-1, -1, values.shape[2])
    return values.gather(1, index) * inside


def full_lengths(lengths: Tensor, num_steps: int) -> Tensor | None:
    """Return None if every row is full, which runs fastest, else the lengths (R,).

    A graph that is being traced takes lengths always, as it cannot branch on values.
    """
    if torch.compiler.is_compiling():
        return lengths
    return None if bool((lengths == num_steps).all()) else lengths

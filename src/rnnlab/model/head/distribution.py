"""What every head of a forecaster has: the distribution of a number, from what a network puts out for it.

Shapes: ... any, P numbers that a head needs for each target, Q quantile levels, N samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

MARGIN = 1e-6
"""Uniform numbers keep this distance to 0 and 1, where quantiles are infinite."""


class DistributionHead(nn.Module):
    """Parameters of a distribution, its loss, quantiles and samples; a head has no weights.

    Attributes:
        num_parameters: P.
        probabilistic: whether there is a distribution; if not, every quantile is the point itself.
        point_is_median: whether `point` is the median; if not, it is the mean.
        counts: whether the targets are whole numbers of at least 0, which may be scaled but not shifted.
    """

    num_parameters: int
    probabilistic: ClassVar[bool] = True
    point_is_median: bool = False
    counts: ClassVar[bool] = False

    def constrain(self, raw: Tensor) -> Tensor:
        """Map a network's output (..., P) to parameters (..., P) that are in their ranges."""
        raise NotImplementedError

    def moved(self, params: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        """Return the parameters (..., P) of loc + scale * y from those of y.

        Args:
            loc, scale: broadcast with (...); the scale > 0.
        """
        raise NotImplementedError

    def loss(self, params: Tensor, target: Tensor) -> Tensor:
        """Return the loss (...) of each target (...)."""
        raise NotImplementedError

    def point(self, params: Tensor) -> Tensor:
        """Return the forecast (...) that is shown where a single number is: a mean or a median."""
        raise NotImplementedError

    def quantiles(self, params: Tensor, levels: Sequence[float]) -> Tensor:
        """Return quantiles (..., Q), which do not cross.

        Raises:
            ValueError: a level outside (0, 1).
        """
        check_levels(levels)
        return self.quantiles_at(params, levels)

    def quantiles_at(self, params: Tensor, levels: Sequence[float]) -> Tensor:
        """Return quantiles (..., Q) at levels that are in (0, 1)."""
        raise NotImplementedError

    def draw(self, params: Tensor, uniform: Tensor) -> Tensor:
        """Return a sample (...) from uniform numbers (..., 2) in (0, 1); both may broadcast."""
        raise NotImplementedError

    def sample(self, params: Tensor, number: int, generator: torch.Generator | None = None) -> Tensor:
        """Return independent samples (N, ...)."""
        return self.draw(params, uniform_numbers((number, *params.shape[:-1], 2), params, generator))


def uniform_numbers(shape: Sequence[int], like: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Return uniform numbers in [MARGIN, 1 - MARGIN], on the device and of the dtype of `like`."""
    device = like.device if generator is None else generator.device
    drawn = torch.rand(*shape, generator=generator, device=device, dtype=like.dtype)
    return drawn.clamp_(MARGIN, 1 - MARGIN).to(like.device)


def check_levels(levels: Sequence[float]) -> None:
    """Raise ValueError for a quantile level outside (0, 1)."""
    wrong = [level for level in levels if not 0 < level < 1]
    if wrong:
        raise ValueError(f"levels={list(levels)} must each be > 0 and < 1: {wrong[0]} is not")

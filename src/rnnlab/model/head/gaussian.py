"""A normal distribution for each target."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.head.distribution import DistributionHead

LEAST_SCALE = 1e-4
"""Added to the scale of a distribution, so that the density of a constant series stays finite."""


class Gaussian(DistributionHead):
    """The normal distribution. Parameters: mean, standard deviation; the point is the mean.

    The loss is the negative log density.
    """

    num_parameters = 2

    def constrain(self, raw: Tensor) -> Tensor:
        mean, scale = raw.unbind(-1)
        return torch.stack((mean, F.softplus(scale) + LEAST_SCALE), dim=-1)

    def moved(self, params: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        mean, spread = params.unbind(-1)
        return torch.stack(torch.broadcast_tensors(loc + scale * mean, scale * spread), dim=-1)

    def loss(self, params: Tensor, target: Tensor) -> Tensor:
        mean, spread = params.unbind(-1)
        return 0.5 * ((target - mean) / spread).square() + spread.log() + 0.5 * math.log(2 * math.pi)

    def point(self, params: Tensor) -> Tensor:
        """Return the mean (...), which is also the median."""
        return params[..., 0]

    def quantiles_at(self, params: Tensor, levels: Sequence[float]) -> Tensor:
        z = torch.special.ndtri(torch.tensor(list(levels), dtype=torch.double)).to(params)  # (Q,)
        return params[..., :1] + params[..., 1:] * z

    def draw(self, params: Tensor, uniform: Tensor) -> Tensor:
        return params[..., 0] + params[..., 1] * torch.special.ndtri(uniform[..., 0])

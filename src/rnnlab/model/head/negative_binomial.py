"""The negative binomial distribution for each target: counts."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.head.beta import betainc
from rnnlab.model.head.distribution import DistributionHead

LEAST = 1e-6
"""Added to mean and dispersion."""


class NegativeBinomial(DistributionHead):
    """Counts. Parameters: mean m > 0 and dispersion a > 0, of variance m + a m^2; the point is the mean.

    The loss is the negative log probability, computed in float64. Quantiles are whole numbers: the smallest k
    with a probability of at least the level for k and less. Targets must be whole counts: the data are not
    scaled, and the network divides each window (window_norm=scale); `moved` then multiplies the mean, and
    divides the dispersion by the root of the scale (Salinas et al. 2020, section 3.3).
    """

    num_parameters = 2
    counts = True

    def constrain(self, raw: Tensor) -> Tensor:
        return F.softplus(raw) + LEAST

    def moved(self, params: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        """Return the parameters for a larger scale; loc has to be 0."""
        mean, dispersion = params.unbind(-1)
        return torch.stack(torch.broadcast_tensors(mean * scale, dispersion * scale.rsqrt()), dim=-1)

    def loss(self, params: Tensor, target: Tensor) -> Tensor:
        mean, dispersion = params.double().unbind(-1)
        count, r = target.double(), dispersion.reciprocal()
        chosen = torch.lgamma(count + 1) + torch.lgamma(r) - torch.lgamma(count + r)
        spread = torch.log1p(dispersion * mean)
        return (chosen + r * spread - count * (mean.log() - r.log() - spread)).to(params.dtype)

    def point(self, params: Tensor) -> Tensor:
        """Return the mean (...)."""
        return params[..., 0]

    def quantiles_at(self, params: Tensor, levels: Sequence[float]) -> Tensor:
        at = params.new_tensor(list(levels), dtype=torch.double)
        return smallest(params.unsqueeze(-2), at).to(params.dtype)  # (..., Q)

    def draw(self, params: Tensor, uniform: Tensor) -> Tensor:
        """Return the quantile at a uniform level."""
        return smallest(params, uniform[..., 0].double()).to(params.dtype)


@torch.no_grad()
def smallest(params: Tensor, level: Tensor) -> Tensor:
    """Return the smallest k (...) with at least the probability `level` (...) for k and less."""
    mean, dispersion = params.double().unbind(-1)
    mean, dispersion, level = torch.broadcast_tensors(mean, dispersion, level)
    r, success = dispersion.reciprocal(), 1 / (1 + dispersion * mean)

    def reached(k: Tensor) -> Tensor:
        return (betainc(r, k + 1, success) >= level) & (k >= 0)

    spread = (mean + dispersion * mean.square()).sqrt()
    low, high = torch.full_like(mean, -1), (mean + 3 * spread).ceil()
    while bool((short := ~reached(high)).any()):
        low, high = torch.where(short, high, low), torch.where(short, 2 * high + 1, high)
    while bool((high - low > 1).any()):
        middle = ((low + high) / 2).floor()
        enough = reached(middle)
        low, high = torch.where(enough, low, middle), torch.where(enough, middle, high)
    return high

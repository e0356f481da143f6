"""Student's t distribution for each target: heavier tails than the normal one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.head.beta import betainc
from rnnlab.model.head.distribution import DistributionHead
from rnnlab.model.head.gaussian import LEAST_SCALE

LEAST_FREEDOM = 2.0
MOST_STEPS = 50
TERMS = 30
"""Of the polynomial in 1 / degrees of freedom that gives a quantile."""


class StudentT(DistributionHead):
    """Student's t. Parameters: location, scale, degrees of freedom > 2; the point is the mean and median.

    The loss is the negative log density. A quantile is z times the exponential of a polynomial in 1 /
    degrees of freedom, z that of the normal distribution, fitted once for each level to exact quantiles:
    right to 1e-8 of its size.
    """

    num_parameters = 3

    def constrain(self, raw: Tensor) -> Tensor:
        loc, scale, freedom = raw.unbind(-1)
        return torch.stack((loc, F.softplus(scale) + LEAST_SCALE, F.softplus(freedom) + LEAST_FREEDOM), -1)

    def moved(self, params: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        own, spread, freedom = params.unbind(-1)
        return torch.stack(torch.broadcast_tensors(loc + scale * own, scale * spread, freedom), dim=-1)

    def loss(self, params: Tensor, target: Tensor) -> Tensor:
        loc, scale, freedom = params.unbind(-1)
        z = (target - loc) / scale
        half = (freedom + 1) / 2
        norm = torch.lgamma(freedom / 2) - torch.lgamma(half) + 0.5 * torch.log(freedom * math.pi)
        return norm + scale.log() + half * torch.log1p(z.square() / freedom)

    def point(self, params: Tensor) -> Tensor:
        """Return the location (...)."""
        return params[..., 0]

    def quantiles_at(self, params: Tensor, levels: Sequence[float]) -> Tensor:
        loc, scale, freedom = params.unbind(-1)
        x = 4 / freedom - 1  # in (-1, 1]
        return torch.stack([loc + scale * standard_quantile(level, x) for level in levels], dim=-1)

    def draw(self, params: Tensor, uniform: Tensor) -> Tensor:
        """Return a sample by Bailey's (1994) polar method."""
        loc, scale, freedom = params.unbind(-1)
        u, v = uniform.unbind(-1)
        radius = (freedom * torch.expm1(-2 / freedom * u.log())).sqrt()
        return loc + scale * radius * torch.cos(2 * math.pi * v)


def standard_quantile(level: float, x: Tensor) -> Tensor:
    """Return the quantile (...) of the standard t distribution with 4 / (x + 1) degrees of freedom."""
    if level == 0.5:
        return torch.zeros_like(x)
    normal, coefficients = fitted(max(level, 1 - level))
    later, last = torch.zeros_like(x), torch.zeros_like(x)
    for value in coefficients[:0:-1]:  # Clenshaw's recurrence
        later, last = value + 2 * x * later - last, later
    found = normal * torch.exp(coefficients[0] + x * later - last)
    return found if level > 0.5 else -found


@cache
def fitted(level: float) -> tuple[float, list[float]]:
    """Return the normal quantile z at a level above 0.5, and the Chebyshev coefficients of log(t / z)."""
    angle = math.pi * (torch.arange(TERMS, dtype=torch.double) + 0.5) / TERMS
    freedom = 4 / (torch.cos(angle) + 1)  # at the nodes x = cos(angle)
    normal = float(torch.special.ndtri(torch.tensor(level, dtype=torch.double)))
    values = (exact_quantile(level, freedom) / normal).log()
    order = torch.arange(TERMS, dtype=torch.double).unsqueeze(1)
    found = 2 / TERMS * (torch.cos(order * angle) * values).sum(1)
    found[0] /= 2
    return normal, found.tolist()


def exact_quantile(level: float, freedom: Tensor) -> Tensor:
    """Return the quantiles (N,) at a level above 0.5 for degrees of freedom (N,).

    Newton's method for the logarithm of the tail as a function of log(t), nearly a line far out.
    """
    wanted = torch.tensor(1 - level, dtype=torch.double)
    t = torch.special.ndtri(torch.tensor(level, dtype=torch.double)).expand_as(freedom)
    for _ in range(MOST_STEPS):
        tail = upper_tail(t, freedom)
        step = tail / (t * density(t, freedom)) * (tail / wanted).log()
        t = t * step.clamp(-1, 1).exp()
        if bool((step.abs() < 1e-14).all()):
            break
    return t


def density(t: Tensor, freedom: Tensor) -> Tensor:
    """Return the density of the standard t distribution."""
    half = (freedom + 1) / 2
    norm = torch.lgamma(half) - torch.lgamma(freedom / 2) - 0.5 * torch.log(freedom * math.pi)
    return torch.exp(norm - half * torch.log1p(t.square() / freedom))


def upper_tail(t: Tensor, freedom: Tensor) -> Tensor:
    """Return the probability of more than t >= 0."""
    return betainc(freedom / 2, torch.tensor(0.5), freedom / (freedom + t.square())) / 2

"""The regularised incomplete beta function, which torch lacks: the heart of some distribution functions."""

from __future__ import annotations

import torch
from torch import Tensor

TINY, TOLERANCE, MOST_TERMS = 1e-300, 1e-14, 2000


def betainc(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    """Return I_x(a, b) in float64, for a, b > 0 and x in [0, 1]; the arguments broadcast.

    By its continued fraction (DLMF 8.17.22), evaluated with Lentz's method as Thompson & Barnett (1986) have
    it, on the side where it converges fast.
    """
    a, b, x = torch.broadcast_tensors(a.double(), b.double(), x.double())
    turned = x > (a + 1) / (a + b + 2)
    first, second = torch.where(turned, b, a), torch.where(turned, a, b)
    at = torch.where(turned, 1 - x, x)
    log_front = torch.lgamma(a + b) - torch.lgamma(a) - torch.lgamma(b)
    log_front = log_front + torch.xlogy(first, at) + torch.special.xlog1py(second, -at)
    found = log_front.exp() / first * fraction(first, second, at)
    return torch.where(turned, 1 - found, found).clamp(0, 1)


def fraction(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    """Return the continued fraction 1 / (1 + d_1 / (1 + d_2 / (1 + ...)))."""
    c = torch.ones_like(x)
    d = bounded(1 - (a + b) * x / (a + 1)).reciprocal()
    found = d.clone()
    for m in range(1, MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = bounded(1 + term * d).reciprocal()
            c = bounded(1 + term / c)
            change = c * d
            found = found * change
        if bool(((change - 1).abs() < TOLERANCE).all()):
            break
    return found


def bounded(value: Tensor) -> Tensor:
    """Keep a denominator away from 0."""
    return torch.where(value.abs() < TINY, torch.full_like(value, TINY), value)

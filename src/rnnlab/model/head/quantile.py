"""Quantiles learned directly, without a family of distributions.

Shapes: ... any, P trained levels, Q levels that are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.head.distribution import DistributionHead
from rnnlab.model.head.distribution_settings import LEVELS, checked


class Quantile(DistributionHead):
    """Quantiles at fixed levels, trained with the pinball loss (Koenker & Bassett 1978).

    The network puts out the middle one and, through a softplus, the distance from each level to the next, so
    that they do not cross. Between trained levels quantiles are interpolated linearly; beyond the outermost
    they are the outermost. The point is the median.

    The loss is twice the mean of the pinball losses over the levels, which approaches the CRPS as levels are
    added.

    Args:
        levels: each in (0, 1), all different.

    Raises:
        ValueError: an argument outside its range.
    """

    point_is_median = True

    def __init__(self, levels: Sequence[float] = LEVELS) -> None:
        super().__init__()
        self.levels = tuple(sorted(float(level) for level in checked("levels", list(levels))))
        self.num_parameters = len(self.levels)
        self.middle = min(range(len(self.levels)), key=lambda place: abs(self.levels[place] - 0.5))

    def constrain(self, raw: Tensor) -> Tensor:
        middle = raw[..., self.middle : self.middle + 1]
        below, above = raw[..., : self.middle], raw[..., self.middle + 1 :]
        up = middle + F.softplus(above).cumsum(-1)
        down = middle - F.softplus(below).flip(-1).cumsum(-1).flip(-1)
        return torch.cat((down, middle, up), dim=-1)  # (..., P)

    def moved(self, params: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        return params * scale.unsqueeze(-1) + loc.unsqueeze(-1)

    def loss(self, params: Tensor, target: Tensor) -> Tensor:
        above = target.unsqueeze(-1) - params  # (..., P)
        levels = params.new_tensor(self.levels)
        return 2 * torch.maximum(levels * above, (levels - 1) * above).mean(-1)

    def point(self, params: Tensor) -> Tensor:
        """Return the median (...)."""
        return self.quantiles_at(params, (0.5,)).squeeze(-1)

    def quantiles_at(self, params: Tensor, levels: Sequence[float]) -> Tensor:
        if tuple(levels) == self.levels:
            return params
        return params @ self.mixed(levels).to(params)  # (..., Q)

    def mixed(self, levels: Sequence[float]) -> Tensor:
        """Return the weights (P, Q) of the trained quantiles in those at other levels."""
        own = torch.tensor(self.levels, dtype=torch.double)
        asked = torch.tensor(list(levels), dtype=torch.double).clamp(self.levels[0], self.levels[-1])
        weights = torch.zeros(len(own), len(asked), dtype=torch.double)
        if len(own) == 1:
            return weights + 1
        low = (torch.searchsorted(own, asked, right=True) - 1).clamp(max=len(own) - 2)  # (Q,)
        fraction = (asked - own[low]) / (own[low + 1] - own[low])
        column = torch.arange(len(asked))
        weights[low, column] = 1 - fraction
        weights[low + 1, column] += fraction
        return weights

    def draw(self, params: Tensor, uniform: Tensor) -> Tensor:
        """Return a sample of the distribution that is uniform between its quantiles."""
        u = uniform[..., 0].clamp(self.levels[0], self.levels[-1])
        shape = torch.broadcast_shapes(u.shape, params.shape[:-1])
        found = params[..., 0].expand(shape)
        for place in range(len(self.levels) - 1):
            low, high = self.levels[place : place + 2]
            share = ((u - low) / (high - low)).clamp(0, 1)
            found = found + share * (params[..., place + 1] - params[..., place])
        return found

    def extra_repr(self) -> str:
        return f"levels={list(self.levels)}"

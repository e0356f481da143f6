"""A mixture of normal distributions for each target.

Shapes: ... any, K components, Q quantile levels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.head.distribution import DistributionHead
from rnnlab.model.head.distribution_settings import checked
from rnnlab.model.head.gaussian import LEAST_SCALE

HALVINGS = 50


class Mixture(DistributionHead):
    """A mixture of normals (Bishop 1994). Parameters: K weights, K means, K standard deviations.

    The point is the mean; the loss is the negative log density; quantiles are found by bisection.

    Args:
        components: K, at least 1.

    Raises:
        ValueError: an argument outside its range.
    """

    def __init__(self, components: int = 3) -> None:
        super().__init__()
        self.components = checked("components", components)
        self.num_parameters = 3 * components

    def constrain(self, raw: Tensor) -> Tensor:
        weights, means, scales = raw.chunk(3, -1)
        return torch.cat((weights.softmax(-1), means, F.softplus(scales) + LEAST_SCALE), dim=-1)

    def moved(self, params: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        weights, means, scales = params.chunk(3, -1)
        loc, scale = loc.unsqueeze(-1), scale.unsqueeze(-1)
        return torch.cat(torch.broadcast_tensors(weights, loc + scale * means, scale * scales), dim=-1)

    def loss(self, params: Tensor, target: Tensor) -> Tensor:
        weights, means, scales = params.chunk(3, -1)
        z = (target.unsqueeze(-1) - means) / scales
        smallest = torch.finfo(params.dtype).tiny
        each = weights.clamp(min=smallest).log() - scales.log() - 0.5 * z.square()  # (..., K)
        return 0.5 * math.log(2 * math.pi) - each.logsumexp(-1)

    def point(self, params: Tensor) -> Tensor:
        """Return the mean (...)."""
        weights, means, _ = params.chunk(3, -1)
        return (weights * means).sum(-1)

    def quantiles_at(self, params: Tensor, levels: Sequence[float]) -> Tensor:
        weights, means, scales = (part.unsqueeze(-2) for part in params.chunk(3, -1))  # (..., 1, K)
        level = params.new_tensor(list(levels))
        each = means + scales * torch.special.ndtri(level).unsqueeze(-1)  # (..., Q, K)
        low, high = each.amin(-1), each.amax(-1)  # a mixture's quantile is among those of its components
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            below = (weights * torch.special.ndtr((middle.unsqueeze(-1) - means) / scales)).sum(-1)
            low, high = (
                torch.where(below < level, middle, low),
                torch.where(below < level, high, middle),
            )
        return (low + high) / 2

    def draw(self, params: Tensor, uniform: Tensor) -> Tensor:
        weights, means, scales = params.chunk(3, -1)
        upto = weights.cumsum(-1)[..., :-1]  # (..., K - 1)
        chosen = (uniform[..., :1] > upto).sum(-1, keepdim=True)  # (..., 1)
        shape = (*chosen.shape[:-1], self.components)
        mean, scale = (part.expand(shape).gather(-1, chosen).squeeze(-1) for part in (means, scales))
        return mean + scale * torch.special.ndtri(uniform[..., 1])

    def extra_repr(self) -> str:
        return f"components={self.components}"

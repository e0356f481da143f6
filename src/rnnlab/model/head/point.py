"""A single number as the forecast, without a distribution."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.head.distribution import DistributionHead
from rnnlab.model.head.distribution_settings import checked


class Point(DistributionHead):
    """A number that minimises a loss: the mean (mse), the median (mae), or what is between them (huber).

    It has no intervals: each of its quantiles, and each sample, is the number itself.

    Args:
        loss: mse, mae, or huber: half the square of errors up to `huber_delta`, linear beyond.
        huber_delta: > 0, in scaled units.

    Raises:
        ValueError: an argument outside its range.
    """

    num_parameters = 1
    probabilistic = False

    def __init__(self, loss: str = "mse", huber_delta: float = 1.0) -> None:
        super().__init__()
        self.point_is_median = loss == "mae"
        self.name, self.huber_delta = checked("loss", loss), checked("huber_delta", huber_delta)

    def constrain(self, raw: Tensor) -> Tensor:
        return raw

    def moved(self, params: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        return params * scale.unsqueeze(-1) + loc.unsqueeze(-1)

    def loss(self, params: Tensor, target: Tensor) -> Tensor:
        value = params.squeeze(-1)
        if self.name == "mse":
            return (value - target).square()
        if self.name == "mae":
            return (value - target).abs()
        return F.huber_loss(value, target, reduction="none", delta=self.huber_delta)

    def point(self, params: Tensor) -> Tensor:
        """Return the number (...)."""
        return params.squeeze(-1)

    def quantiles_at(self, params: Tensor, levels: Sequence[float]) -> Tensor:
        return params.expand(*params.shape[:-1], len(levels))

    def draw(self, params: Tensor, uniform: Tensor) -> Tensor:
        return params.squeeze(-1) + 0 * uniform[..., 0]

    def extra_repr(self) -> str:
        return f"loss={self.name}"

"""What carries a layer's input past it. Shapes: (T, B, F) time-major, input and output of one size."""

from __future__ import annotations

import torch
from torch import Tensor, nn

CONNECTIONS = ("none", "residual", "highway", "dense")
CARRY_BIAS = -1.0  # a gate that starts out carrying lets deep stacks train (Srivastava et al. 2015)


class Residual(nn.Module):
    """y = layer(x) + x (He et al. 2016)."""

    def forward(self, inputs: Tensor, outputs: Tensor) -> Tensor:
        """What went into the layer and what came out of it to their sum."""
        return inputs + outputs


class Highway(nn.Module):
    """y = t layer(x) + (1 - t) x with t = sigmoid(W x + b) (Srivastava et al. 2015, Zhang et al. 2016).

    Args:
        size: features of a step.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.gate = nn.Linear(size, size)
        nn.init.xavier_uniform_(self.gate.weight)
        nn.init.constant_(self.gate.bias, CARRY_BIAS)

    def forward(self, inputs: Tensor, outputs: Tensor) -> Tensor:
        """What went into the layer and what came out of it to their mix."""
        return torch.lerp(inputs, outputs, torch.sigmoid(self.gate(inputs)))

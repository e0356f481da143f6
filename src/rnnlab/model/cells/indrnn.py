"""A layer of units without connections to each other. Shapes: B rows, H units."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.cells.base import Cell


class IndRNN(Cell):
    """Rectified units that each read only their own past (Li et al. 2018, equation 2).

        h' = relu(W x + u h)

    The recurrent vector u (H,) is drawn from [0, 1): a unit that starts near 1 has a long memory.
    """

    name = "indrnn"
    num_gates = 1
    rates = ("recurrent_l0",)

    def make_recurrent(self) -> None:
        self.recurrent_l0 = nn.Parameter(torch.rand(self.hidden_size))

    def weights(self) -> Tensor:
        return self.recurrent_l0

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Tensor) -> list[Tensor]:
        return [torch.relu(torch.addcmul(x, h, weights))]

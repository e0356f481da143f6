"""The GRU as a loop, for dropout and zoneout in its recurrence. Shapes: B rows, H units."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.model.cells.base import Cell
from rnnlab.model.scripted_steps import mixed


class Weights(NamedTuple):
    """recurrent: U transposed (H, 3 H); bias: of U h (3 H,)."""

    recurrent: Tensor
    bias: Tensor


class GRU(Cell):
    """Cho et al. (2014), with the reset after the recurrent product as cuDNN and torch have it.

        r = sigmoid(W_r x + U_r h);  z = sigmoid(W_z x + U_z h)
        n = tanh(W_n x + r (U_n h))
        h' = z h + (1 - z) n

    The gates read the hidden state with dropped features; z keeps the whole hidden state.
    """

    name = "gru"
    num_gates = 3

    def make_recurrent(self) -> None:
        super().make_recurrent()
        self.bias_hh_l0 = nn.Parameter(torch.zeros(3 * self.hidden_size))

    def weights(self) -> Weights:
        return Weights(self.recurrent().t(), self.bias_hh_l0)

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Weights) -> list[Tensor]:
        x_r, x_z, x_n = x.chunk(3, 1)
        h_r, h_z, h_n = torch.addmm(weights.bias, h, weights.recurrent).chunk(3, 1)
        n = torch.tanh(torch.addcmul(x_n, torch.sigmoid(x_r + h_r), h_n))
        return [mixed(n, state[0], torch.sigmoid(x_z + h_z))]

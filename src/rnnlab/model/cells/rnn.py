"""The Elman network. Shapes: B rows, H units."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rnnlab.model.cells.base import Cell


class Weights(NamedTuple):
    """recurrent: U transposed (H, H); rectified: relu instead of tanh."""

    recurrent: Tensor
    rectified: bool


class RNN(Cell):
    """Elman (1990): h' = f(W x + U h), f is tanh or relu."""

    name = "rnn"
    num_gates, adds_products = 1, True

    def weights(self) -> Weights:
        return Weights(self.recurrent().t(), self.options.nonlinearity == "relu")

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Weights) -> list[Tensor]:
        raw = torch.addmm(x, h, weights.recurrent)
        return [torch.relu(raw) if weights.rectified else torch.tanh(raw)]

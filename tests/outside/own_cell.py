"""A cell of one's own, as in docs/adding.md, in a file that belongs to no package."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rnnlab.model.cell_options import RECURRENT, CellOptions
from rnnlab.model.cells.base import Cell


class Weights(NamedTuple):
    """forget, candidate: U transposed of each (H, H)."""

    forget: Tensor
    candidate: Tensor
    sharpness: float


class MinimalGatedUnit(Cell):
    """Zhou et al. (2016), equations 6 and 7, with a sharpness s of the gate that is our own.

        f = sigmoid(s (W_f x + U_f h));  n = tanh(W_n x + U_n (f h));  h' = (1 - f) h + f n

    Args:
        sharpness: s; the paper's is 1.
    """

    num_gates = 2
    has = RECURRENT

    def __init__(
        self, input_size: int, hidden_size: int, options: CellOptions | None = None, sharpness: float = 1.0
    ) -> None:
        super().__init__(input_size, hidden_size, options)
        self.sharpness = sharpness

    def weights(self) -> Weights:
        return Weights(*(matrix.t() for matrix in self.recurrent().chunk(2)), self.sharpness)

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Weights) -> list[Tensor]:
        x_f, x_n = x.chunk(2, 1)
        f = torch.sigmoid(weights.sharpness * torch.addmm(x_f, h, weights.forget))
        n = torch.tanh(torch.addmm(x_n, f * h, weights.candidate))
        return [torch.lerp(state[0], n, f)]

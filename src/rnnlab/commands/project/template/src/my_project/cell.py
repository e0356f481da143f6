"""A recurrent cell of one's own, `model=mgu`. Shapes: B rows, I input features, H units."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rnnlab.model.cells.base import Cell


class Weights(NamedTuple):
    """The recurrent matrices of the forget gate and of the candidate, transposed: (H, H) each."""

    forget: Tensor
    candidate: Tensor


class MinimalGatedUnit(Cell):
    """The minimal gated unit (Zhou et al. 2016): a GRU with a single gate.

        f = sigmoid(W_f x + U_f h);  n = tanh(W_n x + U_n (f h));  h' = (1 - f) h + f n

    Change `step`, and `num_gates` where it needs more or fewer products. Dropout, masks, zoneout, both
    directions and saving come from `Cell`.
    """

    num_gates = 2

    def weights(self) -> Weights:
        forget, candidate = self.recurrent().chunk(2)  # (H, H) each
        return Weights(forget.t(), candidate.t())

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Weights) -> list[Tensor]:
        x_f, x_n = x.chunk(2, 1)  # (B, H) each, the inputs' part with its bias
        f = torch.sigmoid(torch.addmm(x_f, h, weights.forget))
        n = torch.tanh(torch.addmm(x_n, f * h, weights.candidate))
        return [torch.lerp(state[0], n, f)]

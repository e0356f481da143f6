"""The mogrifier LSTM. Shapes: T steps, B rows, I input features, H units."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cells.base import Cell
from rnnlab.model.initialise import initialise_matrix


class Weights(NamedTuple):
    """input, recurrent: W and U transposed (I, 4 H) and (H, 4 H); bias: (4 H,); gating: a matrix a round."""

    input: Tensor
    recurrent: Tensor
    bias: Tensor
    gating: list[Tensor]


class MogrifierLSTM(Cell):
    """An LSTM whose input and hidden state gate each other before a step (Melis et al. 2020, equations 1, 2).

        x = 2 sigmoid(Q h) x    in odd rounds
        h = 2 sigmoid(R x) h    in even ones, `rounds` in all; then a step of an LSTM

    Matrices Q (I, H) and R (H, I) are of full rank, one a round.
    """

    name = "mogrifier_lstm"
    num_gates, num_parts, forgets = 4, 2, True

    def make_recurrent(self) -> None:
        super().make_recurrent()
        sizes = [(self.input_size, self.hidden_size), (self.hidden_size, self.input_size)]
        self.gating_l0 = nn.ParameterList(
            [nn.Parameter(torch.empty(sizes[number % 2])) for number in range(self.options.rounds)]
        )
        for matrix in self.gating_l0:
            initialise_matrix("xavier_uniform", matrix)

    def inputs(self, steps: Tensor) -> Tensor:
        """Return the inputs (T, B, I) unchanged: they are gated before they are multiplied."""
        return steps

    def weights(self) -> Weights:
        input_weight, recurrent = self.weight_ih_l0.t(), self.recurrent().t()
        return Weights(input_weight, recurrent, self.bias_ih_l0, list(self.gating_l0))

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Weights) -> list[Tensor]:
        for number, matrix in enumerate(weights.gating):
            if number % 2 == 0:
                x = 2 * torch.sigmoid(F.linear(h, matrix)) * x
            else:
                h = 2 * torch.sigmoid(F.linear(x, matrix)) * h
        read = torch.addmm(weights.bias, x, weights.input)  # (B, 4 H)
        i, f, g, o = torch.addmm(read, h, weights.recurrent).chunk(4, 1)
        c = torch.addcmul(torch.sigmoid(i) * torch.tanh(g), torch.sigmoid(f), state[1])
        return [torch.sigmoid(o) * torch.tanh(c), c]

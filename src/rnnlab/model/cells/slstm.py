"""The sLSTM of xLSTM. Shapes: B rows, H units."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cells.base import Cell
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.settings import check_heads


class SLSTM(Cell):
    """An LSTM with exponential input gates and a normaliser, in heads (Beck et al. 2024, equations 8 to 17).

        c' = f c + i tanh(W_z x + U_z h)        i = exp(W_i x + U_i h)
        n' = f n + i                            f = sigmoid(W_f x + U_f h)
        h' = o c' / n'                          o = sigmoid(W_o x + U_o h)

    The state is h, c, n and a stabiliser m, which keeps i and f from overflowing and cancels out in h'; the
    state is empty where n is 0. Each head has its own recurrent matrix (4 H / heads, H / heads), which a
    matrix optimizer accepts, and reads only its own part of h.
    """

    name = "slstm"
    num_gates, num_parts, forgets, adds_products = 4, 4, True, True

    def make_recurrent(self) -> None:
        heads, size = self.options.heads, self.hidden_size
        check_heads(heads, size)
        matrices = [torch.empty(4 * size // heads, size // heads) for _ in range(heads)]
        for matrix in matrices:
            initialise_matrix(self.options.recurrent_init, matrix, 4)
        self.weight_hh_heads_l0 = nn.ParameterList(matrices)

    def recurrent(self) -> Tensor:
        """Return the recurrent matrices (heads, H / heads, 4 H / heads)."""
        return self.dropped(torch.stack(list(self.weight_hh_heads_l0)).transpose(1, 2))

    def weights(self) -> Tensor:
        return self.recurrent()

    def matrix_gradient(self, hidden: Tensor, gradients: Tensor) -> Tensor:
        """Return the gradient of the matrices (heads, H / heads, 4 H / heads)."""
        heads = self.options.heads
        read = hidden.flatten(0, 1).unflatten(-1, (heads, -1)).permute(1, 2, 0)  # (heads, H / heads, T B)
        of_gates = gradients.flatten(0, 1).unflatten(-1, (4, heads, -1)).permute(2, 0, 1, 3)
        return read @ of_gates.flatten(2)

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Tensor) -> list[Tensor]:
        c, n, m = state[1], state[2], state[3]
        rows, heads = h.size(0), weights.size(0)
        if heads == 1:
            gates = torch.addmm(x, h, weights[0])
        else:
            split = h.view(rows, heads, -1).transpose(0, 1)  # (heads, B, H / heads)
            back = torch.bmm(split, weights).view(heads, rows, 4, -1).permute(1, 2, 0, 3)
            gates = x + back.reshape(rows, -1)
        raw_i, raw_f, z, o = gates.chunk(4, 1)
        carried = F.logsigmoid(raw_f) + m.masked_fill(n == 0, float("-inf"))  # an empty state carries nothing
        level = torch.maximum(carried, raw_i)
        i, f = torch.exp(raw_i - level), torch.exp(carried - level)
        new, norm = torch.addcmul(i * torch.tanh(z), f, c), torch.addcmul(i, f, n)
        return [torch.sigmoid(o) * new / norm, new, norm, level]

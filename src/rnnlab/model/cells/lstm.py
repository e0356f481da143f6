"""The LSTM as a loop, for options that torch's kernel lacks. B rows, H units, O output features, G gates."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cells.base import Cell
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.scripted_steps import mixed


class Weights(NamedTuple):
    """The weights that every step reads.

    recurrent: U transposed (O, G H); peepholes: (H,) of i, f and o, or of f and o, or none;
    projection: P (O, H); coupled: whether i = 1 - f.
    """

    recurrent: Tensor
    peepholes: list[Tensor]
    projection: Tensor | None
    coupled: bool


class LSTM(Cell):
    """Hochreiter & Schmidhuber (1997) with a forget gate and later extensions.

        i = sigmoid(W_i x + U_i h + p_i c)     f = sigmoid(W_f x + U_f h + p_f c)
        c' = f c + i tanh(W_g x + U_g h)
        o = sigmoid(W_o x + U_o h + p_o c')    h' = P (o tanh(c'))

    Peepholes p let the gates read the cell state (Gers & Schmidhuber 2000); coupled gates have i = 1 - f
    (Greff et al. 2017); the projection P gives fewer features than units (Sak et al. 2014). The options
    enable each of them.
    """

    name = "lstm"
    num_gates, num_parts, forgets, adds_products = 4, 2, True, True

    def gates(self) -> int:
        return 3 if self.options.coupled else 4

    def make_recurrent(self) -> None:
        super().make_recurrent()
        options, size = self.options, self.hidden_size
        self.peephole_l0 = self.weight_hr_l0 = None
        if options.peephole:
            self.peephole_l0 = nn.Parameter(torch.zeros(self.gates() - 1, size))
        if options.projection_size:
            self.weight_hr_l0 = nn.Parameter(torch.empty(options.projection_size, size))
            initialise_matrix("orthogonal", self.weight_hr_l0)

    def weights(self) -> Weights:
        peepholes = [] if self.peephole_l0 is None else list(self.peephole_l0.unbind())
        return Weights(self.recurrent().t(), peepholes, self.weight_hr_l0, self.options.coupled)

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Weights) -> list[Tensor]:
        c, see, projection = state[1], weights.peepholes, weights.projection
        gates = torch.addmm(x, h, weights.recurrent).chunk(3 if weights.coupled else 4, 1)
        f, g, o = gates[-3], gates[-2], gates[-1]
        if see:
            f = torch.addcmul(f, see[-2], c)
        f = torch.sigmoid(f)
        if weights.coupled:
            new = mixed(torch.tanh(g), c, f)
        else:
            i = torch.addcmul(gates[0], see[0], c) if see else gates[0]
            new = torch.addcmul(torch.sigmoid(i) * torch.tanh(g), f, c)
        if see:
            o = torch.addcmul(o, see[-1], new)
        shown = torch.sigmoid(o) * torch.tanh(new)
        return [shown if projection is None else F.linear(shown, projection), new]

"""The layer-normalised LSTM. Shapes: T steps, B rows, I input features, H units."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cells.base import Cell


class Weights(NamedTuple):
    """recurrent: U transposed (H, 4 H); gain, bias: of U h (4 H,); cell_gain, cell_bias: of c' (H,)."""

    recurrent: Tensor
    gain: Tensor
    bias: Tensor
    cell_gain: Tensor
    cell_bias: Tensor


class LayerNormLSTM(Cell):
    """An LSTM with layer normalisation (Ba et al. 2016, equations 20 to 22).

    i, f, g, o = LN(W x) + LN(U h)
    c' = sigmoid(f) c + sigmoid(i) tanh(g)
    h' = sigmoid(o) tanh(LN(c'))
    """

    name = "layernorm_lstm"
    num_gates, num_parts, forgets = 4, 2, True

    def make_recurrent(self) -> None:
        super().make_recurrent()
        gates = 4 * self.hidden_size
        self.input_gain_l0 = nn.Parameter(torch.ones(gates))
        self.recurrent_gain_l0 = nn.Parameter(torch.ones(gates))
        self.bias_hh_l0 = nn.Parameter(torch.zeros(gates))
        self.memory_gain_l0 = nn.Parameter(torch.ones(self.hidden_size))
        self.memory_bias_l0 = nn.Parameter(torch.zeros(self.hidden_size))

    def inputs(self, steps: Tensor) -> Tensor:
        """Return W x of all steps (T, B, 4 H), normalised, with the bias."""
        raw = F.linear(steps, self.weight_ih_l0)
        return F.layer_norm(raw, self.bias_ih_l0.shape, self.input_gain_l0, self.bias_ih_l0)

    def weights(self) -> Weights:
        recurrent = (self.recurrent().t(), self.recurrent_gain_l0, self.bias_hh_l0)
        return Weights(*recurrent, self.memory_gain_l0, self.memory_bias_l0)

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Weights) -> list[Tensor]:
        gain, bias = weights.cell_gain, weights.cell_bias
        normed = F.layer_norm(h @ weights.recurrent, weights.bias.shape, weights.gain, weights.bias)
        i, f, g, o = (x + normed).chunk(4, 1)
        c = torch.addcmul(torch.sigmoid(i) * torch.tanh(g), torch.sigmoid(f), state[1])
        return [torch.sigmoid(o) * torch.tanh(F.layer_norm(c, gain.shape, gain, bias)), c]

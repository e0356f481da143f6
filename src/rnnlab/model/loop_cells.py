"""Cells that torch lacks: layer-normalised, mogrifying, exponentially gated and independent ones."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model import loops, loops_lstm
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.layer import Layer
from rnnlab.model.loop import Loop, LoopGRU, LoopLSTM, LoopRNN
from rnnlab.model.options import CellOptions
from rnnlab.model.script import scripted


class LayerNormLSTM(Loop):
    """An LSTM with layer normalisation of W x, of U h and of the new memory (Ba et al. 2016)."""

    num_parts = 2

    def make_recurrent(self) -> None:
        super().make_recurrent()
        gates = 4 * self.hidden_size
        self.input_gain_l0 = nn.Parameter(torch.ones(gates))
        self.recurrent_gain_l0 = nn.Parameter(torch.ones(gates))
        self.bias_hh_l0 = nn.Parameter(torch.zeros(gates))
        self.memory_gain_l0 = nn.Parameter(torch.ones(self.hidden_size))
        self.memory_bias_l0 = nn.Parameter(torch.zeros(self.hidden_size))

    def products(self, steps: Tensor) -> Tensor:
        """W x of all steps (T, B, 4 H), normalised, with the bias."""
        raw = F.linear(steps, self.weight_ih_l0)
        return F.layer_norm(raw, self.bias_ih_l0.shape, self.input_gain_l0, self.bias_ih_l0)

    def run(self, steps: Tensor, state: list[Tensor]) -> list[Tensor]:
        gains = (self.recurrent_gain_l0, self.memory_gain_l0, self.memory_bias_l0)
        weights = (self.recurrent(), self.bias_hh_l0, *gains)
        return scripted(loops_lstm.layernorm_lstm)(
            self.products(steps), state, *weights, self.mask(steps), *self.keeps(steps)
        )


class MogrifierLSTM(Loop):
    """An LSTM whose input and hidden state gate each other `rounds` times before a step (Melis et al. 2020).

    Matrices of odd rounds (I, H) gate the input, those of even ones (H, I) the state; all of full rank.
    """

    num_parts = 2

    def make_recurrent(self) -> None:
        super().make_recurrent()
        sizes = [(self.input_size, self.hidden_size), (self.hidden_size, self.input_size)]
        self.gating_l0 = nn.ParameterList(
            [nn.Parameter(torch.empty(sizes[number % 2])) for number in range(self.options.rounds)]
        )
        for matrix in self.gating_l0:
            initialise_matrix("xavier_uniform", matrix)

    def run(self, steps: Tensor, state: list[Tensor]) -> list[Tensor]:
        weights = (self.weight_ih_l0, self.recurrent(), self.bias_ih_l0, list(self.gating_l0))
        return scripted(loops_lstm.mogrifier_lstm)(
            steps, state, *weights, self.mask(steps), *self.keeps(steps)
        )


class SLSTM(Loop):
    """An LSTM with exponential input gates and a normaliser, in heads (xLSTM, Beck et al. 2024).

    Its state is h, c, the normaliser n and the stabiliser m. The forget gate is a sigmoid. Each head has a
    recurrent matrix (4 H / heads, H / heads) of its own, which an optimizer of matrices can take.
    """

    num_parts = 4

    def make_recurrent(self) -> None:
        heads, size = self.options.heads, self.hidden_size
        if size % heads:
            raise ValueError(f"heads={heads} must divide hidden_size={size}")
        matrices = [torch.empty(4 * size // heads, size // heads) for _ in range(heads)]
        for matrix in matrices:
            initialise_matrix(self.options.recurrent_init, matrix, 4)
        self.weight_hh_heads_l0 = nn.ParameterList(matrices)

    def recurrent(self) -> Tensor:
        """(heads, H / heads, 4 H / heads)."""
        return self.dropped(torch.stack(list(self.weight_hh_heads_l0)).transpose(1, 2))

    def run(self, steps: Tensor, state: list[Tensor]) -> list[Tensor]:
        keep = self.keeps(steps)[0]
        return scripted(loops_lstm.slstm)(
            self.products(steps), state, self.recurrent(), self.mask(steps), keep
        )


class IndRNN(Loop):
    """Rectified units that each see their own past alone (Li et al. 2018).

    The recurrent vector is drawn from [0, 1): a unit that starts near 1 remembers long.
    """

    num_gates, forgets = 1, False

    def make_recurrent(self) -> None:
        self.recurrent_l0 = nn.Parameter(torch.rand(self.hidden_size))

    def run(self, steps: Tensor, state: list[Tensor]) -> list[Tensor]:
        keep = self.keeps(steps)[0]
        return scripted(loops.independent)(
            self.products(steps), state, self.recurrent_l0, self.mask(steps), keep
        )


LOOPS: dict[str, type[Loop]] = {
    "rnn": LoopRNN,
    "lstm": LoopLSTM,
    "gru": LoopGRU,
    "layernorm_lstm": LayerNormLSTM,
    "mogrifier_lstm": MogrifierLSTM,
    "slstm": SLSTM,
    "indrnn": IndRNN,
}


def make_loop(cell: str, input_size: int, hidden_size: int, options: CellOptions) -> Layer:
    """A layer of that cell as a loop. Raises ValueError for an option that the cell has no place for."""
    return LOOPS[cell](cell, input_size, hidden_size, options)

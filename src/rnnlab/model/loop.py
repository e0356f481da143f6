"""Layers whose steps no kernel computes: one matrix product for all inputs, then a compiled loop.

Shapes: B rows, T steps, I input features, H units, O output features, G gates; steps are time-major.
"""

from __future__ import annotations

from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model import loops
from rnnlab.model.dropout import drop_entries
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.options import CellOptions
from rnnlab.model.places import check_places
from rnnlab.model.script import scripted
from rnnlab.model.sequence import last_step


class Loop(Layer):
    """What the loops share: weights named as torch names them, dropout in the recurrence, states.

    variational dropout (Gal & Ghahramani 2016): features of the hidden state are dropped before the recurrent
        product, one mask (B, O) for all steps of a row, and the rest is scaled by 1 / (1 - p).
    weight_drop (Merity et al. 2018): entries of the recurrent matrix, one mask a batch, scaled likewise.
    zoneout (Krueger et al. 2017): in training a unit keeps its old value with the probability z, drawn anew
        at each step; evaluation takes the expectation z old + (1 - z) new.
    """

    num_gates: ClassVar[int] = 4
    num_parts: ClassVar[int] = 1
    forgets: ClassVar[bool] = True
    """Whether the last gate but two is a forget gate, whose bias starts at `forget_bias`."""

    def __init__(self, cell: str, input_size: int, hidden_size: int, options: CellOptions) -> None:
        super().__init__()
        check_places(cell, options)
        self.input_size, self.hidden_size, self.options = input_size, hidden_size, options
        self.output_size = options.projection_size or hidden_size
        self.state_sizes = (self.output_size, *[hidden_size] * (self.num_parts - 1))
        rows = self.gates() * hidden_size
        self.weight_ih_l0 = nn.Parameter(torch.empty(rows, input_size))
        initialise_matrix(options.input_init, self.weight_ih_l0, self.gates())
        self.make_recurrent()
        self.bias_ih_l0 = nn.Parameter(torch.zeros(rows))
        if self.forgets:
            nn.init.constant_(self.bias_ih_l0.data.chunk(self.gates())[-3], options.forget_bias)

    def gates(self) -> int:
        return self.num_gates

    def make_recurrent(self) -> None:
        """The recurrent weights, (G H, O) unless a cell has others."""
        self.weight_hh_l0 = nn.Parameter(torch.empty(self.gates() * self.hidden_size, self.output_size))
        initialise_matrix(self.options.recurrent_init, self.weight_hh_l0, self.gates())

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """(T, B, I) to `LayerOutput`; the state after uneven rows is exact."""
        batch = steps.shape[1]
        parts = (
            [steps.new_zeros(batch, size) for size in self.state_sizes]
            if state is None
            else [part[0] for part in state]
        )
        over_time = self.run(steps, parts)
        reached = tuple(last_step(part, lengths).unsqueeze(0) for part in over_time)
        return LayerOutput(over_time[0], reached)

    def run(self, steps: Tensor, state: list[Tensor]) -> list[Tensor]:
        """Each part of the state after each step (T, B, F)."""
        raise NotImplementedError

    def products(self, steps: Tensor) -> Tensor:
        """W x + b of all steps (T, B, G H)."""
        return F.linear(steps, self.weight_ih_l0, self.bias_ih_l0)

    def recurrent(self) -> Tensor:
        """The recurrent weights, in training with dropped entries where the options say so."""
        return self.dropped(self.weight_hh_l0)

    def dropped(self, weight: Tensor) -> Tensor:
        """The weight, in training with its entries dropped where the options say so."""
        kind, dropped = self.options.recurrent_dropout_kind, self.options.recurrent_dropout
        if kind != "weight_drop" or not dropped or not self.training:
            return weight
        return drop_entries(weight, dropped)

    def mask(self, steps: Tensor) -> Tensor | None:
        """(B, O), what variational dropout leaves of the hidden state; None for all."""
        kind, dropped = self.options.recurrent_dropout_kind, self.options.recurrent_dropout
        if kind != "variational" or not dropped or not self.training:
            return None
        return drop_entries(steps.new_ones(steps.shape[1], self.output_size), dropped)

    def keep(self, probability: float, steps: Tensor, size: int) -> Tensor | None:
        """(T, B, size), the share of a part's old value that zoneout keeps; None for nothing."""
        if not probability:
            return None
        if self.training:
            return (torch.rand(*steps.shape[:2], size, device=steps.device) < probability).type_as(steps)
        return steps.new_full((1, 1, 1), probability).expand(*steps.shape[:2], size)

    def keeps(self, steps: Tensor) -> tuple[Tensor | None, Tensor | None]:
        """Of the hidden state and of the memory."""
        options = self.options
        hidden = self.keep(options.zoneout, steps, self.output_size)
        return hidden, self.keep(options.memory_zoneout, steps, self.hidden_size)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}"


class LoopRNN(Loop):
    """Elman (1990) with dropout in its recurrence."""

    num_gates, forgets = 1, False

    def run(self, steps: Tensor, state: list[Tensor]) -> list[Tensor]:
        rectified, keep = self.options.nonlinearity == "relu", self.keeps(steps)[0]
        return scripted(loops.elman)(
            self.products(steps), state, self.recurrent(), rectified, self.mask(steps), keep
        )


class LoopGRU(Loop):
    """Cho et al. (2014) with dropout in its recurrence."""

    num_gates, forgets = 3, False

    def make_recurrent(self) -> None:
        super().make_recurrent()
        self.bias_hh_l0 = nn.Parameter(torch.zeros(3 * self.hidden_size))

    def run(self, steps: Tensor, state: list[Tensor]) -> list[Tensor]:
        keep = self.keeps(steps)[0]
        return scripted(loops.gru)(
            self.products(steps), state, self.recurrent(), self.bias_hh_l0, self.mask(steps), keep
        )


class LoopLSTM(Loop):
    """An LSTM with peepholes, coupled gates, a projection or dropout in its recurrence."""

    num_parts = 2

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

    def run(self, steps: Tensor, state: list[Tensor]) -> list[Tensor]:
        inside = (self.recurrent(), self.peephole_l0, self.weight_hr_l0, self.options.coupled)
        return scripted(loops.lstm)(
            self.products(steps), state, *inside, self.mask(steps), *self.keeps(steps)
        )

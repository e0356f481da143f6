"""Cells whose gates see the input alone: all steps of a row are computed together.

Shapes: B rows, T steps, I input features, H units; steps are time-major.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model import check
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.linear_recurrence import linear_recurrence
from rnnlab.model.options import CellOptions
from rnnlab.model.places import check_places
from rnnlab.model.sequence import last_step

GATES = {"mingru": ("update", "candidate"), "minlstm": ("input", "forget", "candidate")}
"""In the order in which their rows are stacked."""


class ScanLayer(Layer):
    """minGRU and minLSTM (Feng et al. 2024, sections 3.1 and 3.2, with the candidate of appendix B).

    mingru   z = sigmoid(W_z x);  n = g(W_n x);  h' = (1 - z) h + z n
    minlstm  i = sigmoid(W_i x);  f = sigmoid(W_f x);  n = g(W_n x);  h' = f / (f + i) h + i / (f + i) n
    with g(y) = y + 0.5 where y >= 0, and sigmoid(y) below

    No gate reads h, so the layer has no recurrent matrix, and h' is linear in h. The paper computes appendix
    B's form in logarithms, which needs a positive first state; `linear_recurrence` does without them, and is
    exact from the empty state 0. Gates and states are at least float32, also under autocast and with
    weights in half precision.

    Args:
        cell: mingru or minlstm.
        input_size, hidden_size: features of a step, units.
        options: `input_init`, and for minlstm `forget_bias`.

    Raises:
        ValueError: an argument outside its range; an option that the cell has no place for.
    """

    def __init__(self, cell: str, input_size: int, hidden_size: int, options: CellOptions) -> None:
        super().__init__()
        self.cell = check.one_of("cell", cell, GATES)
        check_places(cell, options)
        self.input_size = check.positive("input_size", input_size)
        self.hidden_size = check.positive("hidden_size", hidden_size)
        self.output_size, self.state_sizes = hidden_size, (hidden_size,)
        num_gates = len(GATES[cell])
        self.weight_ih = nn.Parameter(torch.empty(num_gates * hidden_size, input_size))
        self.bias_ih = nn.Parameter(torch.zeros(num_gates * hidden_size))
        initialise_matrix(options.input_init, self.weight_ih, num_gates)
        if cell == "minlstm":
            nn.init.constant_(self.bias_ih.data.chunk(num_gates)[1], options.forget_bias)

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """(T, B, I) to `LayerOutput`."""
        stacked = F.linear(steps, self.weight_ih, self.bias_ih)  # (T, B, G H)
        stacked = stacked.to(torch.promote_types(stacked.dtype, torch.float32))
        *gates, candidate = stacked.chunk(len(GATES[self.cell]), dim=-1)  # (T, B, H) each
        new = torch.sigmoid(gates[0] if self.cell == "mingru" else input_share(*gates))
        start = None if state is None else state[0][0].to(new.dtype)
        states = linear_recurrence(1 - new, new * positive(candidate), start)  # (T, B, H)
        outputs = states.to(self.weight_ih.dtype)  # the dtype of the layers that follow, also under autocast
        return LayerOutput(outputs, (last_step(states, lengths).unsqueeze(0),))

    def extra_repr(self) -> str:
        return f"cell={self.cell}, input_size={self.input_size}, hidden_size={self.hidden_size}"


def positive(candidate: Tensor) -> Tensor:
    """g: above 0, and as steep as what goes in where that is."""
    return F.relu(candidate) + torch.sigmoid(candidate.clamp(max=0))  # sooner than both sides of a `where`


def input_share(input_gate: Tensor, forget_gate: Tensor) -> Tensor:
    """What a sigmoid turns into i / (f + i), from what it turns into i and f; safe where both vanish."""
    return F.logsigmoid(input_gate) - F.logsigmoid(forget_gate)

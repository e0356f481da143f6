"""Cells whose gates see the input alone, so that all steps of a row are computed at once.

Shapes: B rows, T steps, I input features, H units; steps are time-major.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.linear_recurrence import linear_recurrence
from rnnlab.model.options import CellOptions
from rnnlab.model.places import check_places
from rnnlab.model.sequence import last_step

GATES = {"mingru": 2, "minlstm": 3}


class ScanLayer(Layer):
    """minGRU and minLSTM (Feng et al. 2024, sections 3.1 and 3.2, with the positive candidate of appendix B).

    mingru:   z = sigmoid(W_z x);  n = g(W_n x);  h' = (1 - z) h + z n
    minlstm:  f = sigmoid(W_f x);  i = sigmoid(W_i x);  n = g(W_n x);  h' = (f h + i n) / (f + i)

    with g(x) = x + 0.5 for x >= 0 and sigmoid(x) below. The empty state is 0.

    Raises:
        ValueError: an option that the cell has no place for.
    """

    def __init__(self, cell: str, input_size: int, hidden_size: int, options: CellOptions) -> None:
        super().__init__()
        check_places(cell, options)
        self.cell, self.input_size, self.hidden_size = cell, input_size, hidden_size
        self.output_size, self.state_sizes = hidden_size, (hidden_size,)
        rows = GATES[cell] * hidden_size
        self.weight_ih_l0 = nn.Parameter(torch.empty(rows, input_size))
        self.bias_ih_l0 = nn.Parameter(torch.zeros(rows))
        initialise_matrix(options.input_init, self.weight_ih_l0, GATES[cell])
        if cell == "minlstm":
            nn.init.constant_(self.bias_ih_l0.data[:hidden_size], options.forget_bias)

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """(T, B, I) to `LayerOutput`; the state after uneven rows is exact."""
        gates = F.linear(steps, self.weight_ih_l0, self.bias_ih_l0).chunk(GATES[self.cell], dim=-1)
        candidate = positive(gates[-1])
        if self.cell == "mingru":
            written = torch.sigmoid(gates[0])
        else:
            written = torch.sigmoid(F.logsigmoid(gates[1]) - F.logsigmoid(gates[0]))  # i / (f + i)
        start = None if state is None else state[0][0]
        states = linear_recurrence(1 - written, written * candidate, start)  # (T, B, H)
        return LayerOutput(states, (last_step(states, lengths).unsqueeze(0),))

    def extra_repr(self) -> str:
        return f"{self.cell}, {self.input_size}, {self.hidden_size}"


def positive(values: Tensor) -> Tensor:
    """g of the paper, continuous and above 0."""
    return torch.where(values >= 0, values + 0.5, torch.sigmoid(values))

"""Cells whose gates read the input alone: all steps of a row are computed together.

Shapes: B rows, T steps, I input features, H units; steps are time-major.
"""

from __future__ import annotations

from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions, check_options
from rnnlab.model.cells.linear_recurrence import linear_recurrence
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.sequence import last_step
from rnnlab.model.settings import checked


class Scan(Layer):
    """minGRU and minLSTM (Feng et al. 2024, sections 3.1 and 3.2, with the candidate of appendix B).

        h' = (1 - s) h + s n,  n = g(W_n x),  g(y) = y + 0.5 where y >= 0, and sigmoid(y) below

    with s, the new fraction, defined by each cell. No gate reads h: the layer has no recurrent matrix, and h'
    is linear in h. The paper computes appendix B's form in logarithms, which needs a positive first state;
    `linear_recurrence` needs no logarithms and is exact from the empty state 0. Gates and states are at least
    float32, also under autocast and with weights in half precision.

    Args:
        input_size, hidden_size: features of a step, units.
        options: `input_init`, and for minlstm `forget_bias`; None for the defaults.

    Raises:
        ValueError: an argument outside its range; an option that the cell does not support.
    """

    name: ClassVar[str]
    """The name in `CELLS`."""
    num_gates: ClassVar[int]
    """Number of gates including the candidate, whose rows are the last."""
    forgets: ClassVar[bool] = False
    """Whether the second gate from the end is a forget gate, whose bias starts at `forget_bias`."""

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__()
        options = options or CellOptions()
        check_options(self.name, options)
        self.input_size = checked("input_size", input_size)
        self.hidden_size = checked("hidden_size", hidden_size)
        self.output_size, self.state_sizes = hidden_size, (hidden_size,)
        self.weight_ih = nn.Parameter(torch.empty(self.num_gates * hidden_size, input_size))
        self.bias_ih = nn.Parameter(torch.zeros(self.num_gates * hidden_size))
        initialise_matrix(options.input_init, self.weight_ih, self.num_gates)
        if self.forgets:
            nn.init.constant_(self.bias_ih.data.chunk(self.num_gates)[-2], options.forget_bias)

    def raw_fraction(self, gates: list[Tensor]) -> Tensor:
        """Return s before the sigmoid (T, B, H), from W x + b of each gate but the candidate (T, B, H)."""
        raise NotImplementedError

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """Map (T, B, I) to `LayerOutput`."""
        stacked = F.linear(steps, self.weight_ih, self.bias_ih)  # (T, B, G H)
        stacked = stacked.to(torch.promote_types(stacked.dtype, torch.float32))
        *gates, candidate = stacked.chunk(self.num_gates, dim=-1)  # (T, B, H) each
        new = torch.sigmoid(self.raw_fraction(gates))
        start = None if state is None else state[0][0].to(new.dtype)
        states = linear_recurrence(1 - new, new * positive(candidate), start)  # (T, B, H)
        outputs = states.to(self.weight_ih.dtype)  # the dtype of the layers that follow, also under autocast
        return LayerOutput(outputs, (last_step(states, lengths).unsqueeze(0),))

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}"


def positive(candidate: Tensor) -> Tensor:
    """Return g: positive, with slope 1 for positive inputs."""
    return F.relu(candidate) + torch.sigmoid(candidate.clamp(max=0))  # faster than both sides of a `where`

"""The RG-LRU of Griffin. Shapes: T steps, B rows, I input features, H units."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions, check_options
from rnnlab.model.cells.linear_recurrence import linear_recurrence
from rnnlab.model.cells.matrix_state import at_least_float32
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.sequence import last_step
from rnnlab.model.settings import checked

SHARPNESS = 8.0
SLOWEST = (0.9, 0.999)


class RGLRU(Layer):
    """A gated linear recurrence of real numbers (De et al. 2024, equations 1 to 6).

        r = sigmoid(W_r x)      i = sigmoid(W_i x)      log a = -8 r softplus(p)
        h' = a h + sqrt(1 - a^2) (i * W_n x)

    W_n x stands for the block's input, which the paper maps to H units before. The parameters p start so that
    a, at r = 1, is uniform in [0.9, 0.999] for powers of 8 of it. Gates and states are at least float32.

    Args:
        input_size, hidden_size: features of a step, units.
        options: `input_init`; None for the defaults.

    Raises:
        ValueError: an argument outside its range; an option that the cell does not support.
    """

    rates = ("raw_decay",)

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__()
        options = options or CellOptions()
        check_options("rg_lru", options)
        self.input_size = checked("input_size", input_size)
        self.hidden_size = self.output_size = checked("hidden_size", hidden_size)
        self.state_sizes = (hidden_size,)
        self.weight_ih = nn.Parameter(torch.empty(3 * hidden_size, input_size))
        self.bias_ih = nn.Parameter(torch.zeros(3 * hidden_size))
        initialise_matrix(options.input_init, self.weight_ih, 3)
        rate = -torch.empty(hidden_size).uniform_(*SLOWEST).log() / SHARPNESS
        self.raw_decay = nn.Parameter(torch.log(torch.expm1(rate)))  # softplus's inverse

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """Map (T, B, I) to `LayerOutput`."""
        stacked = at_least_float32(F.linear(steps, self.weight_ih, self.bias_ih))  # (T, B, 3 H)
        raw_r, raw_i, new = stacked.chunk(3, -1)  # (T, B, H) each
        log_decay = -SHARPNESS * torch.sigmoid(raw_r) * F.softplus(self.raw_decay.to(new.dtype))
        entering = torch.sqrt(
            -torch.expm1(2 * log_decay).clamp(max=-1e-12)
        )  # sqrt(1 - a^2), its slope finite
        start = None if state is None else state[0][0].to(new.dtype)
        inputs = entering * torch.sigmoid(raw_i) * new
        states = linear_recurrence(log_decay.exp(), inputs, start)  # (T, B, H)
        return LayerOutput(states.to(self.weight_ih.dtype), (last_step(states, lengths).unsqueeze(0),))

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}"

"""Mamba.

Shapes: T steps, B rows, I input features, H units, N numbers of the state for each unit, R a rank.
"""

from __future__ import annotations

from math import ceil

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions, check_options
from rnnlab.model.cells.matrix_state import at_least_float32
from rnnlab.model.cells.selective_scan import SelectiveSteps, selective_scan
from rnnlab.model.initialise import initialise_matrix, step_size_biases
from rnnlab.model.kernels import without_autocast
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.sequence import last_step, padding_mask
from rnnlab.model.settings import checked

UNITS_A_RANK = 16


class Mamba(Layer):
    """A selective state space model: N numbers for each unit, which decay by step sizes (Gu & Dao 2023).

        u, z = silu(W_u x), silu(W_z x)      d = softplus(W_d V_d u + c)      k, q = W_k u, W_q u
        S' = exp(-d r) * S + k (d u)^T       h = (S'^T q + m * u) * z

    with learned rates r, which start at 1 to N, and m, which starts at 1; c starts so that softplus(c) is
    log-uniform in [0.001, 0.1]. The rank R of W_d V_d is H / 16, rounded up. This is the paper's algorithm 2
    between its two gates: its convolution is `model.conv_size` of the block around the layer, and the layer
    above takes the place of its last product.

    The state is (h, S): the output, which no step reads, and S, (B, N H), at least in float32.

    Args:
        input_size, hidden_size: features of a step, units.
        options: `state_expansion` (N), `input_init`; None for the defaults.

    Raises:
        ValueError: an argument outside its range; an option that the cell does not support.
    """

    first_read = 1
    elementwise = ("log_rate",)
    rates = ("log_rate", "bias_size", "skip")

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__()
        options = options or CellOptions()
        check_options("mamba", options)
        self.input_size = checked("input_size", input_size)
        self.hidden_size = self.output_size = checked("hidden_size", hidden_size)
        self.expansion, self.rank = options.state_expansion, ceil(hidden_size / UNITS_A_RANK)
        self.state_sizes = (hidden_size, hidden_size * self.expansion)
        self.weight_ih = nn.Parameter(torch.empty(2 * hidden_size, input_size))
        self.bias_ih = nn.Parameter(torch.zeros(2 * hidden_size))
        self.weight_select = nn.Parameter(torch.empty(self.rank + 2 * self.expansion, hidden_size))
        self.weight_size = nn.Parameter(torch.empty(hidden_size, self.rank))
        self.bias_size = nn.Parameter(step_size_biases(hidden_size))
        rates = torch.arange(1.0, self.expansion + 1).unsqueeze(1).repeat(1, hidden_size)
        self.log_rate = nn.Parameter(rates.log())  # (N, H)
        self.skip = nn.Parameter(torch.ones(hidden_size))
        initialise_matrix(options.input_init, self.weight_ih, 2)
        initialise_matrix(options.input_init, self.weight_select)
        nn.init.uniform_(self.weight_size, -(self.rank**-0.5), self.rank**-0.5)

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """Map (T, B, I) to `LayerOutput`."""
        unit, gate = F.silu(F.linear(steps, self.weight_ih, self.bias_ih)).chunk(2, -1)  # (T, B, H) each
        parts = self.selected(unit)
        if lengths is not None:
            real = padding_mask(lengths, len(steps)).t().unsqueeze(-1)  # (T, B, 1)
            parts = parts._replace(sizes=parts.sizes * real)  # a step of size 0 changes nothing
        rates = at_least_float32(self.log_rate).exp()
        empty = rates.new_zeros(steps.shape[1], self.expansion, self.hidden_size)
        start = empty if state is None else state[1][0].to(rates.dtype).view_as(empty)
        with without_autocast(steps.device.type):
            read, after = selective_scan(parts, rates, start)  # (T, B, H), (B, N, H)
        read = read + at_least_float32(self.skip) * parts.values
        outputs = (read * at_least_float32(gate)).to(self.weight_ih.dtype)  # of the layers that follow
        return LayerOutput(outputs, (last_step(outputs, lengths).unsqueeze(0), after.flatten(1).unsqueeze(0)))

    def state_products(self) -> int:
        return 2 * self.state_sizes[1]  # what is written, and what the step reads

    def selected(self, unit: Tensor) -> SelectiveSteps:
        """Return what each step reads of its units (T, B, H), at least in float32."""
        low, keys, queries = F.linear(unit, self.weight_select).split(
            (self.rank, self.expansion, self.expansion), -1
        )
        sizes = F.softplus(at_least_float32(F.linear(low, self.weight_size, self.bias_size)))
        return SelectiveSteps(sizes, *map(at_least_float32, (unit, keys, queries)))

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}, state_expansion={self.expansion}"

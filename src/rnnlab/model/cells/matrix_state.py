"""Layers whose state is a matrix for each head, which no gate reads.

Shapes: B rows, T steps, I input features, H units, N heads, D = H / N features of a head.
"""

from __future__ import annotations

from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions, check_options
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.kernels import without_autocast
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.sequence import last_step, padding_mask
from rnnlab.model.settings import check_heads, checked


class MatrixState(Layer):
    """The common part of deltanet, gated_deltanet, rwkv7 and mlstm: products, heads, outputs, padding.

    Each step reads W x + b of several features; a matrix (D, D) for each head keeps values by keys, and the
    query reads it. The output of each head is normalised to mean square 1 (Zhang & Sennrich 2019) and gated.
    The heads are not mixed here: the layer above does that, or `model.connection`.

    The state is (h, S): the output, which no step reads, and the matrices, (B, N D D), at least in float32.

    Args:
        input_size, hidden_size: features of a step, units.
        options: `heads`, `input_init` and those of the cell; None for the defaults.

    Raises:
        ValueError: an argument outside its range; heads that do not divide the hidden size; an option that
            the cell does not support.
    """

    name: ClassVar[str]
    """The name in `CELLS`."""
    first_read = 1
    rates: tuple[str, ...] = ("scale",)

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__()
        self.options = options = options or CellOptions()
        check_options(self.name, options)
        self.input_size = checked("input_size", input_size)
        self.hidden_size = self.output_size = checked("hidden_size", hidden_size)
        self.heads, self.head_size = options.heads, hidden_size // options.heads
        check_heads(options.heads, hidden_size)
        self.state_sizes = (hidden_size, hidden_size * self.head_size)
        self.num_wide, self.num_narrow = self.products()
        self.weight_ih = nn.Parameter(torch.empty(self.num_wide * hidden_size, input_size))
        self.bias_ih = nn.Parameter(torch.zeros(self.num_wide * hidden_size))
        initialise_matrix(options.input_init, self.weight_ih, self.num_wide)
        if self.num_narrow:
            self.weight_gates = nn.Parameter(torch.empty(self.num_narrow * self.heads, input_size))
            self.bias_gates = nn.Parameter(torch.zeros(self.num_narrow * self.heads))
            initialise_matrix(options.input_init, self.weight_gates, self.num_narrow)
        self.scale = nn.Parameter(torch.ones(hidden_size))

    def state_products(self) -> int:
        return 2 * self.state_sizes[1]  # what is written, and what the query reads

    def products(self) -> tuple[int, int]:
        """Return how many vectors of H features a step reads, and how many numbers for each head."""
        raise NotImplementedError

    def read(
        self, wide: list[Tensor], narrow: list[Tensor], real: Tensor | None, state: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Return what the heads give (B, N, T, D), the gate of the outputs (T, B, H), and the parts of the
        state after the last step, without the first.

        Args:
            wide: the vectors of each step, (T, B, H) each. narrow: the numbers (B, N, T) each.
            real: (B, 1, T), True where a step is real; None if all are. Others have to change nothing.
            state: its parts but the first, as matrices (B, N, ...).
        """
        raise NotImplementedError

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """Map (T, B, I) to `LayerOutput`."""
        num_steps, rows = steps.shape[:2]
        wide = at_least_float32(F.linear(steps, self.weight_ih, self.bias_ih)).chunk(self.num_wide, -1)
        narrow = self.numbers(steps) if self.num_narrow else []
        real = None if lengths is None else padding_mask(lengths, num_steps).unsqueeze(1)  # (B, 1, T)
        empty = [wide[0].new_zeros(rows, size) for size in self.state_sizes[1:]]
        before = empty if state is None else [part[0].to(wide[0].dtype) for part in state[1:]]
        with without_autocast(steps.device.type):  # which would put products in half precision
            heads, gate, after = self.read(list(wide), narrow, real, self.shaped(before))
        normal = F.rms_norm(heads, (self.head_size,), eps=1e-5)
        joined = normal.permute(2, 0, 1, 3).flatten(2) * at_least_float32(self.scale) * gate  # (T, B, H)
        outputs = joined.to(self.weight_ih.dtype)  # the dtype of the layers that follow, also under autocast
        parts = (last_step(outputs, lengths), *(part.flatten(1) for part in after))
        return LayerOutput(outputs, tuple(part.unsqueeze(0) for part in parts))

    def numbers(self, steps: Tensor) -> list[Tensor]:
        """Return the numbers that each head reads of (T, B, I), (B, N, T) each."""
        gates = at_least_float32(F.linear(steps, self.weight_gates, self.bias_gates))  # (T, B, G N)
        return list(gates.permute(1, 2, 0).chunk(self.num_narrow, 1))

    def shaped(self, parts: list[Tensor]) -> list[Tensor]:
        """Return the parts of a state (B, F) but the first as (B, N, ...)."""
        size = self.head_size
        return [parts[0].view(-1, self.heads, size, size)]

    def by_head(self, vectors: Tensor) -> Tensor:
        """Map (T, B, H) to (B, N, T, D)."""
        return vectors.unflatten(-1, (self.heads, -1)).permute(1, 2, 0, 3)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}, heads={self.heads}"


def at_least_float32(values: Tensor) -> Tensor:
    return values.to(torch.promote_types(values.dtype, torch.float32))

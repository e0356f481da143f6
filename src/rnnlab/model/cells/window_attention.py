"""Softmax attention over the last steps as a cell, to compare recurrences with.

Shapes: B rows, T steps, I input features, H units, N heads, D = H / N features of a head; W steps of
a window.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions, check_options
from rnnlab.model.cells.matrix_state import at_least_float32
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.kernels import without_autocast
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.settings import check_heads, checked

BASE = 10_000.0
"""Ratio of the slowest rotation to the fastest, about."""


class WindowAttention(Layer):
    """Causal attention (Vaswani et al. 2017) whose state is the keys and values of the last W steps.

        o_t = sum over s of softmax over s of (R_t q_t . R_s k_s / sqrt(D)) v_s,    t - W < s <= t

    for each head, with q, k, v = W x + b. R turns pairs of features by angles that grow with the position
    (rotary embedding, Su et al. 2021), so that a score depends on t - s alone and rows can be read in chunks.
    The heads are not mixed here: the layer above does that, or `model.block`.

    The state is h, which no step reads, the keys and the values of the last W steps, (B, W H) each, and
    whether each of them is there, (B, W), 1 or 0.

    Args:
        input_size, hidden_size: features of a step, units.
        options: `heads`, `attention_window`, `input_init`; None for the defaults.

    Raises:
        ValueError: an argument outside its range; heads that do not divide the hidden size; an option that
            the cell does not support.
    """

    first_read = 1
    bridged = False  # no map can stand for steps that are not there

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__()
        options = options or CellOptions()
        check_options("window_attention", options)
        self.input_size = checked("input_size", input_size)
        self.hidden_size = self.output_size = checked("hidden_size", hidden_size)
        self.heads, self.window = options.heads, options.attention_window
        check_heads(options.heads, hidden_size)
        kept = self.window * hidden_size
        self.state_sizes = (hidden_size, kept, kept, self.window)
        self.weight_ih = nn.Parameter(torch.empty(3 * hidden_size, input_size))
        self.bias_ih = nn.Parameter(torch.zeros(3 * hidden_size))
        initialise_matrix(options.input_init, self.weight_ih, 3)

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """Map (T, B, I) to `LayerOutput`."""
        num_steps, rows = steps.shape[:2]
        read = at_least_float32(F.linear(steps, self.weight_ih, self.bias_ih)).transpose(0, 1)
        query, *new = read.chunk(3, -1)  # (B, T, H) each
        keys, values, there = self.with_window(new, state)  # (B, W + T, H) twice, (B, W + T)
        mask = there[:, None, None] & self.reach(num_steps, steps.device)  # (B, 1, T, W + T)
        places = torch.arange(self.window + num_steps, device=steps.device)
        with without_autocast(steps.device.type):
            turned = rotated(self.by_head(query), places[self.window :]), rotated(self.by_head(keys), places)
            heads = F.scaled_dot_product_attention(*turned, self.by_head(values), mask)  # (B, N, T, D)
        outputs = heads.permute(2, 0, 1, 3).flatten(2).to(self.weight_ih.dtype)  # (T, B, H)
        ends = torch.full((rows,), num_steps, device=steps.device) if lengths is None else lengths
        row = torch.arange(rows, device=steps.device)
        kept = ends.unsqueeze(1) + places[: self.window]  # (B, W): the last of each row
        last = row.unsqueeze(1), kept
        parts = (outputs[ends - 1, row], *(each[last].flatten(1) for each in (keys, values, there)))
        return LayerOutput(outputs, tuple(part.to(parts[1].dtype).unsqueeze(0) for part in parts))

    def with_window(self, new: list[Tensor], state: State | None) -> tuple[Tensor, Tensor, Tensor]:
        """Return the state's keys and values followed by those of the steps, and which of them are there."""
        key, value = new
        rows = len(key)
        if state is None:
            keys, values = (F.pad(part, (0, 0, self.window, 0)) for part in (key, value))
            there = F.pad(key.new_ones(key.shape[:2], dtype=torch.bool), (self.window, 0))
            return keys, values, there
        _, old_keys, old_values, present = (part[0] for part in state)
        keys = torch.cat((old_keys.view(rows, self.window, -1).to(key.dtype), key), 1)
        values = torch.cat((old_values.view(rows, self.window, -1).to(value.dtype), value), 1)
        return keys, values, torch.cat((present > 0.5, torch.ones_like(key[..., 0], dtype=torch.bool)), 1)

    def reach(self, num_steps: int, device: torch.device) -> Tensor:
        """Return the mask (T, W + T) of what each step may read: itself and the W - 1 steps before it."""
        step = torch.arange(num_steps, device=device).unsqueeze(1)
        key = torch.arange(self.window + num_steps, device=device)
        return (key > step) & (key <= step + self.window)

    def by_head(self, vectors: Tensor) -> Tensor:
        """Map (B, S, H) to (B, N, S, D)."""
        return vectors.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}, heads={self.heads}, attention_window={self.window}"


def rotated(vectors: Tensor, places: Tensor) -> Tensor:
    """Turn pairs of features of (B, N, S, D) by angles that grow with their places (S,).

    A last feature without a partner stays as it is.
    """
    pairs = vectors.shape[-1] // 2
    rate = BASE ** -(torch.arange(pairs, device=places.device, dtype=vectors.dtype) / max(pairs, 1))
    angle = places.unsqueeze(1).to(vectors.dtype) * rate  # (S, D / 2)
    cos, sin = angle.cos(), angle.sin()
    first, second, rest = vectors.split((pairs, pairs, vectors.shape[-1] - 2 * pairs), -1)
    return torch.cat((first * cos - second * sin, first * sin + second * cos, rest), -1)

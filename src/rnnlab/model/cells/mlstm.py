"""The mLSTM of xLSTM.

Shapes: B rows, T steps, H units, N heads, D = H / N features of a head; C chunks of L steps.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.delta_rule import chunked, later
from rnnlab.model.cells.matrix_state import MatrixState

CHUNK = 32
NOTHING = -1e30
"""The logarithm of an input gate that lets nothing in; finite, so that differences are numbers."""
FORGET_BIASES = (3.0, 6.0)
LARGEST = 80.0
"""Logarithm that float32's exp can still take."""


class MLSTM(MatrixState):
    """An LSTM with a matrix as its cell state, exponential input gates, and no recurrent weights
    (Beck et al. 2024, equations 19 to 27).

        C' = f C + i v k^T      n' = f n + i k      i = exp(w_i x)      f = sigmoid(w_f x)
        h' = sigmoid(W_o x) norm(C' q / max(|n'^T q|, 1))

    with k = W_k x / sqrt(D). The state is h, C, n and a stabiliser m: C and n are kept divided by exp(m), as
    exponential gates overflow otherwise; m cancels out in h'. The biases of the forget gates start between 3
    and 6 from head to head.
    """

    name = "mlstm"

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__(input_size, hidden_size, options)
        self.state_sizes = (*self.state_sizes, hidden_size, self.heads)
        with torch.no_grad():
            self.bias_gates[self.heads :] = torch.linspace(*FORGET_BIASES, self.heads)

    def products(self) -> tuple[int, int]:
        return 4, 2

    def shaped(self, parts: list[Tensor]) -> list[Tensor]:
        matrices = super().shaped(parts)[0]
        return [matrices, parts[1].view(-1, self.heads, self.head_size), parts[2]]

    def read(
        self, wide: list[Tensor], narrow: list[Tensor], real: Tensor | None, state: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        query, gate, key, value = wide
        log_in, log_keep = narrow[0], F.logsigmoid(narrow[1])
        if real is not None:
            log_in, log_keep = log_in.masked_fill(~real, NOTHING), log_keep * real
        matrices, norms, levels = state
        steps = MatrixSteps(
            self.by_head(query),
            self.by_head(key) * self.head_size**-0.5,
            with_ones(self.by_head(value)),
            log_in,
            log_keep,
        )
        before = Level(torch.cat((matrices, norms.unsqueeze(-1)), -1), levels)
        read, after = exponential_memory(steps, before)
        reach = (-read.level).clamp(max=LARGEST).exp()  # 1, in the scale of the sums
        heads = read.sums[..., :-1] / torch.maximum(read.sums[..., -1].abs(), reach).unsqueeze(-1)
        return heads, torch.sigmoid(gate), [after.sums[..., :-1], after.sums[..., -1], after.level]


class MatrixSteps(NamedTuple):
    """Queries and keys (B, N, T, D), values with a last feature of ones (B, N, T, D + 1), and the logarithms
    of the input and forget gates (B, N, T).
    """

    queries: Tensor
    keys: Tensor
    values: Tensor
    log_in: Tensor
    log_keep: Tensor


class Level(NamedTuple):
    """Sums that stand for sums * exp(level); `level` lacks their last one or two dimensions."""

    sums: Tensor
    level: Tensor


def with_ones(values: Tensor) -> Tensor:
    """Add a feature of ones to the values (..., D): its sums are the normaliser's."""
    return torch.cat((values, torch.ones_like(values[..., :1])), -1)


def exponential_memory(steps: MatrixSteps, start: Level, chunk: int = CHUNK) -> tuple[Level, Level]:
    """Return what each step's query reads, sums (B, N, T, D + 1), and the memory after the last step.

    Args:
        start: the memory before the first step: sums (B, N, D, D + 1), level (B, N).
    """
    num_steps = steps.keys.shape[2]
    length = min(chunk, num_steps)
    queries, keys, values, _, log_keep = (chunked(part, length) for part in steps)
    log_in = chunked(steps.log_in, length, NOTHING)
    decay = log_keep.cumsum(-1)  # (B, N, C, L)
    pairs = decay.unsqueeze(-1) - decay.unsqueeze(-2) + log_in.unsqueeze(-2)
    pairs = pairs.masked_fill(later(length, decay), -torch.inf)  # (B, N, C, L, L)
    inside = pairs.amax(-1)  # (B, N, C, L)
    weights = queries @ keys.mT * (pairs - inside.unsqueeze(-1)).exp()
    sums = weights @ values  # (B, N, C, L, D + 1)
    entering = decay[..., -1:] - decay + log_in
    top = entering.amax(-1)  # (B, N, C)
    added = (keys * (entering - top.unsqueeze(-1)).exp().unsqueeze(-1)).mT @ values  # (B, N, C, D, D + 1)

    memory, level, found, levels = start.sums, start.level, [], []
    parts = (part.unbind(2) for part in (decay, inside, queries, sums, top, added))
    for left, local, query, own, highest, new in zip(*parts, strict=True):  # of one chunk
        carried = left + level.unsqueeze(-1)  # (B, N, L)
        high = torch.maximum(local, carried)
        old = (query @ memory) * (carried - high).exp().unsqueeze(-1)
        found.append(old + own * (local - high).exp().unsqueeze(-1))
        levels.append(high)
        level = torch.maximum(carried[..., -1], highest)
        memory = memory * (carried[..., -1] - level).exp()[..., None, None]
        memory = memory + new * (highest - level).exp()[..., None, None]
    read = Level(torch.cat(found, 2)[:, :, :num_steps], torch.cat(levels, 2)[:, :, :num_steps])
    return read, Level(memory, level)

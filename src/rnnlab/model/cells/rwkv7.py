"""RWKV-7. Shapes: B rows, T steps, H units, N heads, D = H / N features of a head."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.diagonal_delta import DiagonalSteps, diagonal_delta
from rnnlab.model.cells.matrix_state import MatrixState

FASTEST = -math.exp(-0.5)
"""Logarithm of the smallest decay."""
DECAY_BIASES = (-6.5, -1.5)


class RWKV7(MatrixState):
    """A matrix for each head; each feature of a key has its decay and rate of correction (Peng et al. 2025).

        S' = diag(w) S - (a * l) (l^T S) + k v^T        w = exp(-exp(-1/2) sigmoid(W_w x))
        h = norm(S'^T r) sigmoid(W_g x)                 a = sigmoid(W_a x)
        l = normalised(m * k0)      k = k0 * (1 + n * (a - 1))      k0, v, r = W_k x, W_v x, W_r x

    with learned m and n of each feature; S is the transpose of the paper's. What is kept of the paper is this
    update of the state: its token shift, low-rank products and bonus of the current value are left out.
    Decays start between exp(-0.001) and exp(-0.11) from unit to unit.

    `negative_eigenvalues`: a goes to 1 + min(w) over the features of a head, which is as far as the paper's
    theorem 1 lets it: a step that keeps everything can then flip what the matrix holds for a key.
    """

    name = "rwkv7"
    rates = ("scale", "lookup_scale", "rate_mix")

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__(input_size, hidden_size, options)
        self.lookup_scale = nn.Parameter(torch.ones(hidden_size))
        self.rate_mix = nn.Parameter(torch.ones(hidden_size))
        with torch.no_grad():
            self.bias_ih.chunk(self.num_wide)[-2].copy_(torch.linspace(*DECAY_BIASES, hidden_size))

    def products(self) -> tuple[int, int]:
        return 6, 0

    def state_products(self) -> int:
        return (
            4 * self.state_sizes[1]
        )  # the lookup, the correction, what is written, and what the query reads

    def read(
        self, wide: list[Tensor], narrow: list[Tensor], real: Tensor | None, state: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        query, gate, raw_key, value, raw_decay, raw_rate = wide
        rate = torch.sigmoid(raw_rate)  # (T, B, H)
        key = self.by_head(raw_key * (1 + self.rate_mix.to(rate.dtype) * (rate - 1)))  # (B, N, T, D)
        lookup = F.normalize(self.by_head(raw_key * self.lookup_scale.to(rate.dtype)), dim=-1, eps=1e-6)
        log_decay = FASTEST * torch.sigmoid(self.by_head(raw_decay))
        correction = -self.by_head(rate) * lookup
        if self.options.negative_eigenvalues:
            correction = correction * (1 + log_decay.amin(-1, keepdim=True).exp())
        if real is not None:
            key, log_decay, correction = (part * real.unsqueeze(-1) for part in (key, log_decay, correction))
        steps = DiagonalSteps(self.by_head(query), key, lookup, correction, log_decay, self.by_head(value))
        heads, matrix = diagonal_delta(steps, state[0])
        return heads, torch.sigmoid(gate), [matrix]

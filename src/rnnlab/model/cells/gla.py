"""Gated linear attention. Shapes: B rows, T steps, H units, N heads, D = H / N features of a head."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.decayed_sums import DecayedSteps, decayed_sums
from rnnlab.model.cells.matrix_state import MatrixState
from rnnlab.model.initialise import decay_rates, step_size_biases

TEMPERATURE = 16.0
TIED_BIASES = (1.0, 6.0)
PRODUCTS = {"vector": (5, 0), "scalar": (4, 1), "tied": (3, 0)}


class GLA(MatrixState):
    """A matrix for each head whose rows decay by gates of the input (Yang et al. 2024).

        S' = diag(a) S + k v^T      h = norm(S'^T q) silu(W_g x)      q, k, v = W_q x, W_k x, W_v x

    `decay` says what a is:
        vector: a = sigmoid(W_a x)^(1/16), (D,). The paper makes W_a of two matrices of rank 16.
        scalar: Mamba-2 (Dao & Gu 2024). Of each head a number a = exp(-d r) and a step size d = softplus(w x
            + c), by which k is multiplied; q, k and v go through silu, and S'^T q + m v is read with learned
            m and r. Rates r and biases c start as in the paper. Each head has keys and queries of its own.
        tied: HGRN2 (Qin et al. 2024). k = 1 - a, a = sigmoid(W_a x + b), and no gate but the query, silu(W_q
            x), acts on the output. Biases b start between 1 and 6 from feature to feature of a head, where
            the paper bounds a from below, layer by layer.

    Convolutions before the recurrence, which Mamba-2 has, are `model.conv_size` of the block.
    """

    name = "gla"

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__(input_size, hidden_size, options)
        if self.options.decay_kind == "scalar":
            self.log_rate = nn.Parameter(decay_rates(self.heads))
            self.skip = nn.Parameter(torch.ones(self.heads))
            self.rates = ("scale", "log_rate", "bias_gates", "skip")
            with torch.no_grad():
                self.bias_gates.copy_(step_size_biases(self.heads))
        elif self.options.decay_kind == "tied":
            with torch.no_grad():
                biases = torch.linspace(*TIED_BIASES, self.head_size)
                self.bias_ih[-hidden_size:] = biases.repeat(self.heads)

    def products(self) -> tuple[int, int]:
        return PRODUCTS[self.options.decay_kind]

    def read(
        self, wide: list[Tensor], narrow: list[Tensor], real: Tensor | None, state: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        make = {"vector": self.with_vectors, "scalar": self.with_scalars, "tied": self.with_ties}
        steps, gate = make[self.options.decay_kind](wide, narrow)
        if real is not None:
            seen = real.unsqueeze(-1)
            steps = steps._replace(keys=steps.keys * seen, log_decay=steps.log_decay * seen)
        heads, matrix = decayed_sums(steps, state[0])
        if self.options.decay_kind == "scalar":
            heads = heads + self.skip.to(heads.dtype).view(-1, 1, 1) * steps.values
        return heads, gate, [matrix]

    def with_vectors(self, wide: list[Tensor], narrow: list[Tensor]) -> tuple[DecayedSteps, Tensor]:
        query, gate, key, value, raw = wide
        log_decay = F.logsigmoid(raw) / TEMPERATURE
        return DecayedSteps(*map(self.by_head, (query, key, value, log_decay))), F.silu(gate)

    def with_scalars(self, wide: list[Tensor], narrow: list[Tensor]) -> tuple[DecayedSteps, Tensor]:
        query, gate, key, value = map(F.silu, wide)
        size = F.softplus(narrow[0]).unsqueeze(-1)  # (B, N, T, 1)
        log_decay = -size * self.log_rate.to(size.dtype).exp().view(-1, 1, 1)
        return DecayedSteps(
            self.by_head(query), self.by_head(key) * size, self.by_head(value), log_decay
        ), gate

    def with_ties(self, wide: list[Tensor], narrow: list[Tensor]) -> tuple[DecayedSteps, Tensor]:
        query, value, raw = wide
        parts = (F.silu(query), torch.sigmoid(-raw), value, F.logsigmoid(raw))
        return DecayedSteps(*map(self.by_head, parts)), query.new_ones(1)

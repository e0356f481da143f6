"""DeltaNet. Shapes: B rows, T steps, H units, N heads, D = H / N features of a head, R writes of a step."""

from __future__ import annotations

from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.cells.delta_rule import DeltaSteps, delta_rule
from rnnlab.model.cells.matrix_state import MatrixState


class DeltaNet(MatrixState):
    """A matrix for each head that corrects what it holds for a key (Schlag et al. 2021; Yang et al. 2024).

        q, k = normalised silu(W_q x), silu(W_k x)      v = silu(W_v x)      b = sigmoid(w_b x)
        S' = S - b k (k^T S) + b k v^T                  h = norm(S'^T q) silu(W_g x)

    `negative_eigenvalues`: b goes to 2, so that a step can flip what the matrix holds for a key: what parity
    and permutations need (Grazzi et al. 2025). `householders`: R keys, values and b for each step, which are
    written one after the other (Siems et al. 2025); R = 1 is DeltaNet.
    """

    name = "deltanet"
    gated: ClassVar[bool] = False

    def products(self) -> tuple[int, int]:
        writes = self.options.householders
        return 2 + 2 * writes, writes + self.gated

    def read(
        self, wide: list[Tensor], narrow: list[Tensor], real: Tensor | None, state: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        writes = self.options.householders
        query, gate, *rest = wide
        beta = torch.stack([torch.sigmoid(each) for each in narrow[:writes]], -1)  # (B, N, T, R)
        if self.options.negative_eigenvalues:
            beta = 2 * beta
        log_decay = self.log_decay(narrow[-1])  # (B, N, T)
        if real is not None:
            beta, log_decay = beta * real.unsqueeze(-1), log_decay * real
        keys = torch.stack([self.normal(each) for each in rest[:writes]], -2)  # (B, N, T, R, D)
        values = torch.stack([self.by_head(F.silu(each)) for each in rest[writes:]], -2)
        steps = DeltaSteps(
            self.spread(self.normal(query), writes - 1).flatten(2, 3),
            keys.flatten(2, 3),
            values.flatten(2, 3),
            beta.flatten(2, 3),
            self.spread(log_decay, 0).flatten(2, 3),
        )
        heads, matrix = delta_rule(steps, state[0])
        return heads[:, :, writes - 1 :: writes], F.silu(gate), [matrix]

    def state_products(self) -> int:
        return (2 * self.options.householders + 1) * self.state_sizes[1]  # each write reads what is there

    def log_decay(self, raw: Tensor) -> Tensor:
        """Return the logarithm of what is kept of the matrix at each step, (B, N, T): all of it."""
        return torch.zeros_like(raw)

    def normal(self, vectors: Tensor) -> Tensor:
        """Return silu of the vectors (T, B, H) by head, each of length 1, (B, N, T, D)."""
        return F.normalize(self.by_head(F.silu(vectors)), dim=-1, eps=1e-6)

    def spread(self, values: Tensor, place: int) -> Tensor:
        """Put the values of each step (B, N, T, ...) at one of its R writes, zeros at the others."""
        writes = self.options.householders
        if writes == 1:
            return values.unsqueeze(3)
        none = torch.zeros_like(values)
        return torch.stack([values if number == place else none for number in range(writes)], 3)

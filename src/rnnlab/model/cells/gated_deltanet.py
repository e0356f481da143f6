"""Gated DeltaNet. Shapes: B rows, T steps, N heads."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.deltanet import DeltaNet
from rnnlab.model.initialise import decay_rates, step_size_biases


class GatedDeltaNet(DeltaNet):
    """A DeltaNet that also forgets (Yang, Kautz & Hatamizadeh 2025).

        S' = a (S - b k (k^T S)) + b k v^T      a = exp(-r softplus(w_a x + c))

    Rates r and biases c start as in Mamba-2 (Dao & Gu 2024): r uniform in [1, 16], softplus(c) log-uniform in
    [0.001, 0.1], so that heads begin with memories from a step to a thousand.
    """

    name = "gated_deltanet"
    gated = True
    rates = ("scale", "log_rate", "bias_gates")

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__(input_size, hidden_size, options)
        self.log_rate = nn.Parameter(decay_rates(self.heads))
        with torch.no_grad():
            self.bias_gates[-self.heads :] = step_size_biases(self.heads)

    def log_decay(self, raw: Tensor) -> Tensor:
        return -self.log_rate.to(raw.dtype).exp().view(-1, 1) * F.softplus(raw)

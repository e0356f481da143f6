"""Attention over the steps of a sequence."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class AdditiveAttention(nn.Module):
    """Weighs steps by a learned query (Yang et al. 2016, after Bahdanau et al. 2015).

    u_t = tanh(W h_t + b);  a = softmax over real t of (u_t . q);  context = sum of a_t h_t

    Args:
        size: features of a step, and of the query.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.project = nn.Linear(size, size)
        self.query = nn.Linear(size, 1, bias=False)
        nn.init.xavier_uniform_(self.project.weight)
        nn.init.zeros_(self.project.bias)

    def forward(self, outputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """(B, T, F) and a mask (B, T), True where real, to the context (B, F) and the weights (B, T).

        Each row's weights sum to 1 over its real steps and are 0 on padding.
        """
        score = self.query(torch.tanh(self.project(outputs))).squeeze(-1)  # (B, T)
        weights = score.masked_fill(~mask, -torch.inf).softmax(dim=1)
        return (weights.unsqueeze(1) @ outputs).squeeze(1), weights

"""Attention over the steps of a sequence by a learned query, which gives one vector per sequence.

Shapes: B rows, T steps, F features of a step.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class AdditiveAttention(nn.Module):
    """Weights for steps by a learned query (Yang et al. 2016, after Bahdanau et al. 2015).

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
        """Map (B, T, F) and a mask (B, T), True where real, to the context (B, F) and the weights (B, T).

        Each row's weights sum to 1 over its real steps and are 0 on padding.
        """
        score = self.query(torch.tanh(self.project(outputs))).squeeze(-1)  # (B, T)
        return _weigh(score, outputs, mask)


class DotAttention(nn.Module):
    """Weights for steps by the scaled product with a learned query (Luong et al. 2015; Vaswani et al. 2017).

    a = softmax over real t of (h_t . q / sqrt(F));  context = sum of a_t h_t

    Args:
        size: features of a step, and of the query.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.query = nn.Linear(size, 1, bias=False)
        nn.init.normal_(self.query.weight)  # scaled below: a score is about as large as a feature

    def forward(self, outputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, T, F) and (B, T) to (B, F) and (B, T), as in `AdditiveAttention`."""
        score = self.query(outputs).squeeze(-1) / outputs.shape[-1] ** 0.5  # (B, T)
        return _weigh(score, outputs, mask)


def _weigh(score: Tensor, outputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    weights = score.masked_fill(~mask, -torch.inf).softmax(dim=1)  # (B, T)
    return (weights.unsqueeze(1) @ outputs).squeeze(1), weights

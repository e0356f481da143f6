"""The cumulative link model of ordered numbers (McCullagh 1980). Shapes: B rows, K levels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SMALLEST_GAP = 1e-4  # between thresholds, so that no level is impossible


class CumulativeLink(nn.Module):
    """Learned thresholds t_1 < ... < t_(K-1) that cut a score f into K levels.

    P(label <= level k) = sigmoid(t_k - f), so that one score orders the texts and the thresholds say how far
    apart the levels are.

    Args:
        levels: K increasing numbers, K >= 2.
        fractions: of the train rows with each level, from which the thresholds start; None for equal ones.

    Raises:
        ValueError: fewer than two levels, or they do not increase; fractions of another number.
    """

    levels: Tensor

    def __init__(self, levels: Sequence[float], fractions: Sequence[float] | None = None) -> None:
        super().__init__()
        if len(levels) < 2 or any(a >= b for a, b in pairwise(levels)):
            raise ValueError(f"levels={list(levels)[:6]} must be at least two increasing numbers")
        if fractions is not None and len(fractions) != len(levels):
            raise ValueError(f"fractions={list(fractions)[:6]} must be {len(levels)} numbers, one a level")
        self.register_buffer("levels", torch.tensor(levels, dtype=torch.float32), persistent=False)
        given = torch.ones(len(levels)) if fractions is None else torch.tensor(fractions).float()
        below = (given + 1e-3).cumsum(0) / (given + 1e-3).sum()  # (K,) P(label <= level)
        start = below[:-1].logit()  # (K - 1,)
        gaps = (start.diff() - SMALLEST_GAP).clamp_min(1e-3)
        self.first = nn.Parameter(start[:1].clone())
        self.gaps = nn.Parameter(gaps + torch.log(-torch.expm1(-gaps)))  # whose softplus is `gaps`

    def thresholds(self) -> Tensor:
        """Return the increasing thresholds (K - 1,)."""
        steps = F.softplus(self.gaps) + SMALLEST_GAP
        return torch.cat([self.first, self.first + steps.cumsum(0)])

    def log_probabilities(self, scores: Tensor) -> Tensor:
        """Map scores (B,) to the log probability of each level (B, K)."""
        thresholds = self.thresholds()
        margins = thresholds - scores.unsqueeze(1)  # (B, K - 1)
        # sigmoid(a) - sigmoid(b) = sigmoid(a) sigmoid(-b) (1 - exp(b - a))
        apart = torch.log(-torch.expm1(-thresholds.diff()))  # (K - 2,)
        middle = F.logsigmoid(margins[:, 1:]) + F.logsigmoid(-margins[:, :-1]) + apart
        return torch.cat([F.logsigmoid(margins[:, :1]), middle, F.logsigmoid(-margins[:, -1:])], dim=1)

    def loss(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return the mean negative log-likelihood of scores (B,) and labels (B,), each one of the levels."""
        places = torch.bucketize(labels, self.levels)  # (B,)
        return F.nll_loss(self.log_probabilities(scores), places)

    def expected(self, scores: Tensor) -> Tensor:
        """Map scores (B,) to expected numbers (B,): the lowest level, and each step times its probability."""
        above = torch.sigmoid(scores.unsqueeze(1) - self.thresholds())  # (B, K - 1)
        return self.levels[0] + above @ self.levels.diff()

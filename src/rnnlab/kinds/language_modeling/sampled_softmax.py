"""Sampled softmax: training over few candidates where the vocabulary is large.

Shapes: M tokens to predict, O features, V ids, N draws, C different candidates.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


class SampledSoftmax:
    """Cross-entropy of a token among candidates that all tokens of a batch use.

    Each score is lowered by log E(w), the logarithm of how often w is expected among the candidates (Jean et
    al. 2015; Jozefowicz et al. 2016): whatever the draws, the loss is least where the scores are those of the
    full softmax. A candidate that is the token itself is left out of its sum.

    Candidates are drawn N times by P(id) = log((id + 1) / id) / log(V), which falls with the id as word
    counts do with the rank: tokenizers number their words by frequency. Any other numbering is correct too,
    but noisier. E(w) = 1 - (1 - P(w))^N, since a candidate counts once however often it is drawn.

    Args:
        draws: N, at least 1 and less than `vocab_size`, beyond which the full softmax costs less.
        vocab_size: V; id 0 is the padding's, and never drawn.

    Raises:
        ValueError: another N.
    """

    def __init__(self, draws: int, vocab_size: int) -> None:
        if not 1 <= draws < vocab_size:
            raise ValueError(
                f"sampled_softmax={draws} must be at least 1 and less than the vocabulary's {vocab_size}"
            )
        self.draws, self.vocab_size = draws, vocab_size

    def __call__(self, features: Tensor, targets: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """Return the mean loss of features (M, O) and targets (M,) under an output layer (V, O) and (V,)."""
        candidates = self.draw(features.device)
        expected = self.log_expected(candidates), self.log_expected(targets)
        return candidate_loss(features, targets, weight, bias, candidates, expected)

    def draw(self, device: torch.device) -> Tensor:
        """Draw (C,) different ids, in ascending order."""
        places = torch.rand(self.draws, device=device) * math.log(self.vocab_size)
        ids = places.exp().long().clamp(1, self.vocab_size - 1)  # floor(V^u) is `id` with probability P(id)
        return ids.unique()

    def log_expected(self, ids: Tensor) -> Tensor:
        """Return log E of ids (K,)."""
        number = ids.double()
        chance = torch.log1p(1 / number.clamp(min=1)) / math.log(self.vocab_size)  # P
        return torch.log(-torch.expm1(self.draws * torch.log1p(-chance.clamp(max=1 - 1e-12)))).float()


def candidate_loss(
    features: Tensor,
    targets: Tensor,
    weight: Tensor,
    bias: Tensor,
    candidates: Tensor,
    expected: tuple[Tensor, Tensor],
) -> Tensor:
    """Return the mean over M of -log softmax of the target among itself and the other candidates.

    Args:
        features, targets, weight, bias: (M, O), (M,), (V, O), (V,).
        candidates: (C,) different ids.
        expected: (C,) and (M,), what the scores of candidates and targets are lowered by.
    """
    rows = F.embedding(candidates, weight)  # (C, O)
    others = F.linear(features, rows, bias[candidates]).float() - expected[0]  # (M, C)
    others = others.masked_fill(candidates == targets.unsqueeze(1), -torch.inf)
    own = (features * F.embedding(targets, weight)).sum(-1).float() + bias[targets] - expected[1]  # (M,)
    return (torch.logsumexp(torch.cat((own.unsqueeze(1), others), dim=1), dim=1) - own).mean()

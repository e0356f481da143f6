"""Several classifiers as one network, trained together (Lakshminarayanan et al. 2017).

Shapes: K members, B rows, T tokens, C classes, F features.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Ensemble(nn.Module):
    """An ensemble that predicts the mean of its members' probabilities.

    In training it returns each member's logits (K, B, C), so that the mean of the members' own losses trains
    each as it would be trained alone, with a fraction 1/K of the gradient. In evaluation it returns (B, C),
    the logarithm of the mean probabilities, which can be used as logits. Members differ in their initial
    weights and dropout masks; they run one after the other.

    Args:
        members: at least one, each maps (tokens, lengths) to logits, all with the same classes.

    Raises:
        ValueError: no members.
    """

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        if not members:
            raise ValueError("members=[] must be at least one network")
        self.members = nn.ModuleList(members)

    @property
    def mixable(self) -> tuple[str, ...]:
        """The intermediate results that can be mixed between texts: those of its members."""
        levels: tuple[str, ...] = getattr(self.members[0], "mixable", ())
        return levels

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Map (B, T) and (B,) to logits: (K, B, C) in training, (B, C) in evaluation."""
        return self._said(self._each(lambda member: member(tokens, lengths)))

    def embed(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Map (B, T) and (B,) to each member's word vectors (K, B, T, E)."""
        return self._each(lambda member: member.embed(tokens, lengths))

    def from_vectors(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """Map (K, B, T, E) and (B,) to logits as in `forward`."""
        pairs: Iterable[tuple[Any, Tensor]] = zip(self.members, vectors, strict=True)
        return self._said(torch.stack([member.from_vectors(own, lengths) for member, own in pairs]))

    def features(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Map (B, T) and (B,) to each member's features (K, B, F)."""
        return self._each(lambda member: member.features(tokens, lengths))

    def score(self, features: Tensor) -> Tensor:
        """Map (K, B, F) to logits as in `forward`."""
        pairs: Iterable[tuple[Any, Tensor]] = zip(self.members, features, strict=True)
        return self._said(torch.stack([member.score(own) for member, own in pairs]))

    def attention(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Return the mean of the members' weights (B, T). Raises ValueError for members without attention."""
        return self._each(lambda member: member.attention(tokens, lengths)).mean(dim=0)

    def sentence_attention(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Return the mean of hierarchical members' weights of sentences (B, M)."""
        return self._each(lambda member: member.sentence_attention(tokens, lengths)).mean(dim=0)

    def document_attention(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Return the mean of hierarchical members' weights of words in their texts (B, T)."""
        return self._each(lambda member: member.document_attention(tokens, lengths)).mean(dim=0)

    def _each(self, asked: Callable[[Any], Tensor]) -> Tensor:
        return torch.stack([asked(member) for member in self.members])

    def _said(self, logits: Tensor) -> Tensor:
        return logits if self.training else mean_log_probabilities(logits)


def mean_log_probabilities(logits: Tensor) -> Tensor:
    """Map logits (B, C), or members' (K, B, C), to log probabilities (B, C), of the members' mean
    probabilities; float32 at least.
    """
    logs = F.log_softmax(logits.to(torch.promote_types(logits.dtype, torch.float32)), dim=-1)
    return logs if logs.dim() == 2 else logs.logsumexp(dim=0) - math.log(len(logs))

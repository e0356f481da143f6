"""The explained scalar, computed from word vectors: the log-odds of a class, or a number.

Shapes: K members (1 for a single network), B rows, T tokens, E features of a word, C classes.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.evaluation.adjusted import adjusted
from rnnlab.model.ensemble import Ensemble, mean_log_probabilities


class _Given(nn.Module):
    """Replaces an embedding: returns these vectors, whatever the tokens."""

    def __init__(self, vectors: Tensor) -> None:
        super().__init__()
        self.vectors = vectors

    def forward(self, tokens: Tensor) -> Tensor:
        """Return vectors (B, T, E) for tokens (B, T)."""
        return self.vectors


class Aim(NamedTuple):
    """The class to explain, and how the run corrects logits before it computes probabilities.

    Attributes:
        target: its index.
        shift: the run's prior correction, added to each class's log probability (C,); None for none.
        temperature: divisor of the log probabilities after that.
    """

    target: int
    shift: Sequence[float] | None = None
    temperature: float = 1.0

    def outcome(self, logits: Tensor) -> Tensor:
        """Return log p / (1 - p) of the class (B,) float64, from logits (B, C)."""
        logs = adjusted(logits, self.shift, self.temperature)
        others = [number for number in range(logs.shape[1]) if number != self.target]
        return logs[:, self.target] - logs[:, others].logsumexp(dim=1)


class NumberAim(NamedTuple):
    """The position of the explained number among the network's outputs for a row."""

    place: int = 0

    def outcome(self, outputs: Tensor) -> Tensor:
        """Return the number (B,) float64, from outputs (B, C)."""
        return outputs[:, self.place].double()


def row_of(network: nn.Module, ids: list[int]) -> tuple[Tensor, Tensor]:
    """Return ids as a batch of one text on the network's device: tokens (1, T), lengths (1,)."""
    tokens = torch.tensor([ids], device=next(network.parameters()).device)
    return tokens, lengths_of(tokens)


def lengths_of(tokens: Tensor) -> Tensor:
    """Return the lengths (B,) of full rows (B, T)."""
    return torch.full((len(tokens),), tokens.shape[1], device=tokens.device)


def members_of(network: nn.Module) -> list[Any]:
    """Return the classifiers of an ensemble, or the network itself as the only one."""
    return list(network.members) if isinstance(network, Ensemble) else [network]


def vectors_of(network: nn.Module, tokens: Tensor) -> Tensor:
    """Return each member's word vectors (K, B, T, E) of full rows of tokens (B, T)."""
    return torch.stack([member.embedding(tokens) for member in members_of(network)])


def logits_of(network: nn.Module, vectors: Tensor, tokens: Tensor) -> Tensor:
    """Return logits (B, C) with word vectors (K, B, T, E) in place of those of full rows of tokens (B, T)."""
    lengths = lengths_of(tokens)
    pairs = zip(members_of(network), vectors, strict=True)
    each = [_read(member, own, tokens, lengths) for member, own in pairs]
    return mean_log_probabilities(torch.stack(each)) if isinstance(network, Ensemble) else each[0]


def _read(member: Any, vectors: Tensor, tokens: Tensor, lengths: Tensor) -> Any:
    if hasattr(member, "from_vectors") and getattr(member, "separator", None) is None:
        return member.from_vectors(vectors, lengths)
    own = [*member.children(), *member.parameters(recurse=False), *member.buffers(recurse=False)]
    # A shallow copy with the same weights, so that other threads can use the member meanwhile.
    given = copy.deepcopy(member, {id(part): part for part in own})
    given.embedding = _Given(vectors)
    return given(tokens, lengths)

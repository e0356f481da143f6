"""A linear-chain conditional random field over the tags of a sequence (Lafferty et al. 2001).

Shapes: B rows, T steps, F features, K tags.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.head.allowed import AllowedTags, Masks
from rnnlab.model.head.chain import LogPartition, Transitions, path_score
from rnnlab.model.settings import checked


class CRF(nn.Module):
    """Scores each tag at each step and each tag after another; the loss is that of whole sequences.

    Transitions that are not allowed have the score -inf, in training and in decoding.

    Args:
        input_size: features of a step. num_tags: K.
        allowed: which tags may stand first, follow each other and stand last; None allows all.

    Raises:
        ValueError: an argument outside its range.
    """

    def __init__(self, input_size: int, num_tags: int, allowed: AllowedTags | None = None) -> None:
        super().__init__()
        checked("input_size", input_size)
        checked("num_tags", num_tags)
        self.emit = nn.Linear(input_size, num_tags)
        self.start = nn.Parameter(torch.zeros(num_tags))
        self.steps = nn.Parameter(torch.zeros(num_tags, num_tags))
        self.end = nn.Parameter(torch.zeros(num_tags))
        self.masks = Masks(num_tags, allowed)

    def forward(self, features: Tensor) -> Tensor:
        """Map (B, T, F) to emissions (B, T, K)."""
        emissions: Tensor = self.emit(features)
        return emissions

    def transitions(self) -> Transitions:
        """Return the scores of transitions, -inf for those that are not allowed."""
        return self.masks(Transitions(self.start, self.steps, self.end))

    def losses(self, emissions: Tensor, lengths: Tensor, tags: Tensor) -> Tensor:
        """Return the negative log probability (B,) of the tags (B, T)."""
        return chain_losses(emissions, lengths, tags, self.transitions())


def chain_losses(emissions: Tensor, lengths: Tensor, tags: Tensor, transitions: Transitions) -> Tensor:
    """Return the negative log probability (B,) of tags (B, T) under a chain; float32 at least."""
    emissions = emissions.to(torch.promote_types(emissions.dtype, torch.float32))
    total: Tensor = LogPartition.apply(emissions, lengths, *transitions)  # type: ignore[no-untyped-call]
    return total - path_score(emissions, lengths, tags, transitions)

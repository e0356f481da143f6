"""Tags predicted step by step, each by a softmax; only the decoding looks at their neighbours.

Shapes: B rows, T steps, F features, K tags.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.head.allowed import AllowedTags, Masks
from rnnlab.model.head.chain import Transitions
from rnnlab.model.sequence import padding_mask
from rnnlab.model.settings import checked


class Softmax(nn.Module):
    """A softmax over the tags of each step by itself.

    Its transitions score 0, or -inf where they are not allowed, so that the best path is the most probable
    sequence of those that are allowed.

    Args:
        input_size: features of a step. num_tags: K.
        allowed: which tags may stand first, follow each other and stand last; None allows all.

    Raises:
        ValueError: an argument outside its range.
    """

    def __init__(self, input_size: int, num_tags: int, allowed: AllowedTags | None = None) -> None:
        super().__init__()
        checked("input_size", input_size)
        self.num_tags = checked("num_tags", num_tags)
        self.emit = nn.Linear(input_size, num_tags)
        self.masks = Masks(num_tags, allowed)

    def forward(self, features: Tensor) -> Tensor:
        """Map (B, T, F) to logits (B, T, K)."""
        logits: Tensor = self.emit(features)
        return logits

    def transitions(self) -> Transitions:
        """Return scores of 0, and -inf for transitions that are not allowed."""
        weight, tags = self.emit.weight, self.num_tags
        return self.masks(
            Transitions(weight.new_zeros(tags), weight.new_zeros(tags, tags), weight.new_zeros(tags))
        )

    def losses(self, emissions: Tensor, lengths: Tensor, tags: Tensor) -> Tensor:
        """Return the negative log probability (B,) of the tags (B, T), each by itself."""
        wide = torch.promote_types(emissions.dtype, torch.float32)
        losses = F.cross_entropy(emissions.flatten(0, 1).to(wide), tags.flatten(), reduction="none")
        real = padding_mask(lengths, tags.shape[1])
        return losses.view(tags.shape).masked_fill(~real, 0).sum(1)

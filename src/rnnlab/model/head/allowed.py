"""Which tags may stand first, follow each other and stand last. K tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import nn

from rnnlab.model.head.chain import Transitions


class AllowedTags(NamedTuple):
    """Tags that may stand first `start` (K,) and last `end` (K,); `steps` (K, K) from a tag to the next."""

    start: Sequence[bool]
    steps: Sequence[Sequence[bool]]
    end: Sequence[bool]


class Masks(nn.Module):
    """Gives transitions that are not allowed the score -inf.

    The masks are no weights: a checkpoint does not hold them.

    Raises:
        ValueError: `allowed` is of another number of tags, or no tag may stand first.
    """

    def __init__(self, num_tags: int, allowed: AllowedTags | None) -> None:
        super().__init__()
        given = allowed or AllowedTags([True] * num_tags, [[True] * num_tags] * num_tags, [True] * num_tags)
        for name, values in given._asdict().items():
            mask = torch.as_tensor(values, dtype=torch.bool)
            if mask.shape != ((num_tags, num_tags) if name == "steps" else (num_tags,)):
                raise ValueError(
                    f"allowed.{name} of shape {tuple(mask.shape)} must be of num_tags={num_tags}"
                )
            self.register_buffer(name, ~mask, persistent=False)
        if bool(self.get_buffer("start").all()):
            raise ValueError("allowed.start must allow a tag")

    def forward(self, transitions: Transitions) -> Transitions:
        """Return the transitions with -inf where they are not allowed."""
        pairs = transitions._asdict().items()
        return Transitions(**{k: v.masked_fill(self.get_buffer(k), -torch.inf) for k, v in pairs})

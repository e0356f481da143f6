"""Alphabets of probes, and places drawn without repetition.

Shapes: B rows, T steps, N places.
"""

from __future__ import annotations

from string import ascii_letters

import torch
from torch import Tensor


def letters(count: int) -> tuple[str, ...]:
    """Return `count` names: a to Z, or s1, s2, ... where the alphabet is too short."""
    return tuple(ascii_letters[:count]) if count <= len(ascii_letters) else numbered("s", count)


def numbered(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{number}" for number in range(1, count + 1))


def draw_places(within: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Draw for each row `count` different places below `within`, every set equally likely.

    Args:
        within: (B,), at least `count`.

    Returns:
        (B, count), ascending.
    """
    keys = torch.rand((len(within), int(within.max())), generator=generator)
    keys.masked_fill_(torch.arange(keys.shape[1]) >= within[:, None], 2)  # never among the lowest
    return keys.topk(count, dim=1, largest=False, sorted=False).indices.sort(1).values

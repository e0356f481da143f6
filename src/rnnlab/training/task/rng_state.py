"""Random states saved and restored, so that two passes drop the same units."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

States = list[Tensor]


def states(device: torch.device) -> States:
    """Return the states of the generators that a network on this device uses: CPU first, then device."""
    found = [torch.get_rng_state()]
    if device.type == "cuda":
        found.append(torch.cuda.get_rng_state(device))
    elif device.type == "mps":
        found.append(torch.mps.get_rng_state())
    return found


def set_states(found: States, device: torch.device) -> None:
    torch.set_rng_state(found[0])
    if device.type == "cuda":
        torch.cuda.set_rng_state(found[1], device)
    elif device.type == "mps":
        torch.mps.set_rng_state(found[1])


@contextmanager
def drawn_from(start: States, device: torch.device) -> Iterator[None]:
    """Draw from `start` inside the block; afterwards restore the states from before it."""
    now = states(device)
    set_states(start, device)
    try:
        yield
    finally:
        set_states(now, device)

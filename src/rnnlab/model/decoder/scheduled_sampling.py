"""Scheduled sampling. Shapes: B rows, T target steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor

from rnnlab.model.decoder.memory import Step
from rnnlab.model.layer import State

M = TypeVar("M")
"""A memory, of one network or of several."""


def mixed_inputs(
    step: Callable[[Tensor, M, State], Step],
    start: tuple[M, State],
    inputs: Tensor,
    probability: float,
) -> Tensor:
    """Replace tokens of inputs (B, T) by a network's own, each with a probability (Bengio et al. 2015).

    A replaced token is the most probable one after the inputs so far, replaced ones among them. The first
    token, the mark, stays.

    Args:
        step, start: the network's `step`, and what its `encode` returned.
    """
    memory, state = start
    chosen, rows = inputs[:, 0], [inputs[:, 0]]
    own = torch.rand(inputs.shape, device=inputs.device) < probability
    for position in range(1, inputs.shape[1]):
        scores, _, state = step(chosen, memory, state)
        chosen = torch.where(own[:, position], scores.argmax(1), inputs[:, position])
        rows.append(chosen)
    return torch.stack(rows, dim=1)

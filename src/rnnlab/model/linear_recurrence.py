"""h_t = a_t h_{t-1} + b_t for all t at once.

Shapes: T steps, B rows, F features; time comes first.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

SHORT = 8  # steps that are taken one by one: halving them costs more


def linear_recurrence(decay: Tensor, inputs: Tensor, start: Tensor | None = None) -> Tensor:
    """States (T, B, F) of h_t = a_t h_{t-1} + b_t.

    A parallel scan (Blelloch 1990) as Martin & Cundy (2018) use it: pairs of steps are one step of half as
    long a recurrence. It multiplies and adds 3 T times in 2 log2 T rounds, divides by nothing and takes no
    logarithm, so that decays may be 0 or negative. Its gradient is the same recurrence run backwards.

    Args:
        decay: a (T, B, F). inputs: b (T, B, F). start: the state before the first step (B, F); None is 0.
    """
    if start is not None:
        inputs = torch.cat((torch.addcmul(inputs[:1], decay[:1], start), inputs[1:]))
    states: Tensor = _Recurrence.apply(decay, inputs)
    return states


class _Recurrence(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, decay: Tensor, inputs: Tensor) -> Tensor:
        states = scan(decay, inputs)
        ctx.save_for_backward(decay, states)
        return states

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        decay, states = ctx.saved_tensors
        # g_t = dL/dh_t + a_{t+1} g_{t+1}
        back = torch.cat((decay[1:].flip(0).new_zeros(1, *decay.shape[1:]), decay[1:].flip(0)))
        inputs = scan(back, gradient.flip(0)).flip(0)
        before = torch.cat((torch.zeros_like(states[:1]), states[:-1]))
        return inputs * before, inputs


def scan(decay: Tensor, inputs: Tensor) -> Tensor:
    """As `linear_recurrence`, without a start and without gradients."""
    length = len(inputs)
    if length <= SHORT:
        return step_by_step(decay, inputs)
    even = length - length % 2
    first, second = slice(0, even, 2), slice(1, even, 2)
    halved = scan(decay[second] * decay[first], torch.addcmul(inputs[second], decay[second], inputs[first]))
    states = torch.empty_like(inputs)
    states[second] = halved  # after every second step
    states[0] = inputs[0]
    later = slice(2, None, 2)
    states[later] = torch.addcmul(inputs[later], decay[later], halved[: len(inputs[later])])
    return states


def step_by_step(decay: Tensor, inputs: Tensor) -> Tensor:
    """As `scan`, in T rounds."""
    states = torch.empty_like(inputs)
    states[0] = inputs[0]
    for t in range(1, len(inputs)):
        torch.addcmul(inputs[t], decay[t], states[t - 1], out=states[t])
    return states

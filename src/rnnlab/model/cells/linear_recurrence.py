"""h_t = a_t h_{t-1} + b_t for all t: the recurrence of cells whose gates do not depend on the state.

Shapes: T steps, any further shape (...) of the states, such as (B, H).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

SMALL = 1024
"""On CPUs, numbers per step above which a step's work outweighs the call overhead."""


def linear_recurrence(decay: Tensor, inputs: Tensor, start: Tensor | None = None) -> Tensor:
    """Return all states (T, ...) of h_t = a_t h_{t-1} + b_t, of real or complex numbers.

    It only multiplies and adds. It neither divides by products of decays nor takes logarithms, so that decays
    may be 0, negative or complex, and decays of magnitude at most 1 are safe at any length.

    Args:
        decay: a, (T, ...).
        inputs: b, (T, ...).
        start: the state before the first step (...); None for zeros.
    """
    carried = None if start is None else decay[0] * start
    if len(inputs) == 1:
        return inputs if carried is None else inputs + carried
    return _solve(decay[1:], inputs, carried, False)


def _solve(links: Tensor, inputs: Tensor, carried: Tensor | None, backwards: bool) -> Tensor:
    states: Tensor = _Recurrence.apply(links, inputs, carried, backwards)
    return states


class _Recurrence(torch.autograd.Function):
    """h_{k+1} = l_k h_k + b_{k+1}, or backwards h_k = l_k h_{k+1} + b_k; links l (T - 1, ...).

    The gradient that reaches b through all later states is the same recurrence over the same links in
    reverse, and is itself differentiable. Gradients of complex numbers need the conjugates of the others.
    """

    @staticmethod
    def forward(ctx: Any, links: Tensor, inputs: Tensor, carried: Tensor | None, backwards: bool) -> Tensor:
        by_steps = inputs.device.type == "cpu" and inputs[0].numel() >= SMALL
        states = (step_by_step if by_steps else pairwise)(links, inputs, carried, backwards)
        ctx.save_for_backward(links, states)
        ctx.backwards, ctx.has_carried = backwards, carried is not None
        return states

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor | None, None]:
        links, states = ctx.saved_tensors
        links, states = links.conj().resolve_conj(), states.conj().resolve_conj()
        total = _solve(links, gradient.resolve_conj(), None, not ctx.backwards)  # of the loss by each b
        if ctx.backwards:
            return total[:-1] * states[1:], total, total[-1] if ctx.has_carried else None, None
        return total[1:] * states[:-1], total, total[0] if ctx.has_carried else None, None


def step_by_step(links: Tensor, inputs: Tensor, carried: Tensor | None, backwards: bool) -> Tensor:
    """Return the states (T, ...) one after the other, reading and writing each number once.

    `links` (T - 1, ...) lie between the steps of `inputs` (T, ...); `carried` (...) is added to the first.
    """
    states = inputs.new_empty(inputs.shape)
    order = slice(None, None, -1) if backwards else slice(None)
    through, added, after = (steps.unbind()[order] for steps in (links, inputs, states))
    after[0].copy_(added[0] if carried is None else added[0] + carried)
    for link, new, known, unknown in zip(through, added[1:], after, after[1:], strict=False):
        torch.addcmul(new, link, known, out=unknown)
    return states


def pairwise(links: Tensor, inputs: Tensor, carried: Tensor | None, backwards: bool) -> Tensor:
    """Return the same in 2 log2(T) rounds over all steps, with three times the arithmetic (Blelloch 1990)."""
    if backwards:
        return pairwise(links.flip(0), inputs.flip(0), carried, False).flip(0)
    if carried is not None:
        inputs = torch.cat((inputs[:1] + carried, inputs[1:]))
    return _halved(links, inputs)


def _halved(links: Tensor, inputs: Tensor) -> Tensor:
    """Solve steps 1, 3, 5, ... as a recurrence of half the length; the others follow from those before."""
    if len(inputs) == 1:
        return inputs
    even, odd = inputs[0::2], inputs[1::2]
    to_odd, to_even = links[0::2], links[1::2]
    later = slice(1, len(odd))
    states = inputs.new_empty(inputs.shape)
    states[1::2] = _halved(
        to_odd[later] * to_even[: len(odd) - 1], torch.addcmul(odd, to_odd, even[: len(odd)])
    )
    states[0] = even[0]
    states[2::2] = torch.addcmul(even[1:], to_even, states[1::2][: len(even) - 1])
    return states

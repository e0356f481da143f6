"""The selective scan of Mamba for all steps of a row, in blocks of steps that fit into a processor's cache.

Shapes: T steps, B rows, H units, N numbers of the state for each unit; K steps of a block.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from rnnlab.model.cells.linear_recurrence import linear_recurrence

BLOCK = 1 << 17
"""Numbers of a block's states."""


class SelectiveSteps(NamedTuple):
    """Step sizes and values of each step (T, B, H), keys and queries (T, B, N)."""

    sizes: Tensor
    values: Tensor
    keys: Tensor
    queries: Tensor


def selective_scan(
    steps: SelectiveSteps, rates: Tensor, start: Tensor, block: int = BLOCK
) -> tuple[Tensor, Tensor]:
    """Return the outputs (T, B, H) and the state after the last step (B, N, H).

        S' = exp(-d r) * S + k (d v)^T      o = S'^T q

    with the step sizes d of each unit (Gu & Dao 2023). A step with d = 0 changes nothing. On CPUs the states
    of all steps never exist at once: the backward pass computes each block's again from its first. Gradients
    have no gradients there.

    Args:
        rates: r, positive, (N, H).
        start: the state before the first step (B, N, H).
        block: numbers of the states that exist at once.
    """
    if steps.sizes.device.type != "cpu" or len(steps.sizes) == 1:
        states = linear_recurrence(decays(steps, rates), writes(steps), start)
        return (steps.queries.unsqueeze(-2) @ states).squeeze(-2), states[-1]
    length = max(1, block // start.numel())
    outputs, end = _Blocks.apply(length, rates, start, *steps)
    return outputs, end


def decays(steps: SelectiveSteps, rates: Tensor) -> Tensor:
    """Return exp(-d r), (T, B, N, H)."""
    return (steps.sizes.unsqueeze(-2) * -rates).exp_()


def writes(steps: SelectiveSteps, out: Tensor | None = None) -> Tensor:
    """Return k (d v)^T, (T, B, N, H)."""
    return torch.mul(steps.keys.unsqueeze(-1), (steps.sizes * steps.values).unsqueeze(-2), out=out)


def states_of(block: SelectiveSteps, rates: Tensor, start: Tensor) -> tuple[Tensor, Tensor]:
    """Return the decays of a block (K, B, N, H), and its states after the one before, (K + 1, B, N, H)."""
    decay, states = decays(block, rates), start.new_empty(len(block.sizes) + 1, *start.shape)
    writes(block, out=states[1:])
    before, *others = states.unbind()
    before.copy_(start)
    for kept, after in zip(decay.unbind(), others, strict=True):
        before = after.addcmul_(kept, before)
    return decay, states


class _Blocks(torch.autograd.Function):
    """The scan, block by block; only the state before each block is kept for the gradient."""

    @staticmethod
    def forward(ctx: Any, length: int, rates: Tensor, start: Tensor, *steps: Tensor) -> tuple[Tensor, Tensor]:
        starts, outputs = [start], []
        for parts in zip(*(part.split(length) for part in steps), strict=True):
            block = SelectiveSteps(*parts)
            states = states_of(block, rates, starts[-1])[1]
            outputs.append((block.queries.unsqueeze(-2) @ states[1:]).squeeze(-2))
            starts.append(states[-1].clone())
        ctx.length = length
        ctx.save_for_backward(rates, *steps, *starts[:-1])
        return torch.cat(outputs), starts[-1]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outputs: Tensor, end: Tensor) -> tuple[Tensor | None, ...]:
        rates, *saved = ctx.saved_tensors
        steps, starts = saved[:4], saved[4:]
        of_rates, found = torch.zeros_like(rates), []
        blocks = zip(*(part.split(ctx.length) for part in (*steps, outputs)), strict=True)
        for (*parts, above), start in reversed(list(zip(blocks, starts, strict=True))):
            gradients, of_block, end = block_gradient(SelectiveSteps(*parts), rates, start, above, end)
            found.append(gradients)
            of_rates += of_block
        of_steps = (torch.cat(each[::-1]) for each in zip(*found, strict=True))
        return None, of_rates, end, *of_steps


def block_gradient(
    block: SelectiveSteps, rates: Tensor, start: Tensor, outputs: Tensor, end: Tensor
) -> tuple[SelectiveSteps, Tensor, Tensor]:
    """Return the gradients of a loss by a block's steps, by the rates and by its first state.

    Args:
        outputs, end: gradients by the block's outputs (K, B, H) and by its last state (B, N, H).
    """
    decay, states = states_of(block, rates, start)
    of_queries = (states[1:] @ outputs.unsqueeze(-1)).squeeze(-1)  # (K, B, N)
    by_states = block.queries.unsqueeze(-1) * outputs.unsqueeze(-2)  # (K, B, N, H)
    kept, through = decay.unbind(), by_states.unbind()
    through[-1].add_(end)
    for step in range(len(kept) - 2, -1, -1):
        through[step].addcmul_(kept[step + 1], through[step + 1])
    written = (block.keys.unsqueeze(-2) @ by_states).squeeze(-2)  # by d v, (K, B, H)
    of_keys = (by_states @ (block.sizes * block.values).unsqueeze(-1)).squeeze(-1)
    by_logs = states[:-1].mul_(by_states).mul_(decay)  # by -d r
    of_sizes = written * block.values - (by_logs * rates).sum(-2)
    of_rates = -(by_logs * block.sizes.unsqueeze(-2)).sum((0, 1))
    gradients = SelectiveSteps(of_sizes, written * block.sizes, of_keys, of_queries)
    return gradients, of_rates, kept[0] * through[0]

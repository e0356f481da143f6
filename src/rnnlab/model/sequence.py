"""Right-padded sequences: masks, flips and last steps, and conversion from and to left-padded ones.

Shapes: B rows, T steps, F features. `steps` is time-major (T, B, F), as the recurrent kernels want it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rnnlab.model.layer import State


def padding_mask(lengths: Tensor, num_steps: int) -> Tensor:
    """Return a mask (B, T) from lengths (B,), True where a token is real."""
    return torch.arange(num_steps, device=lengths.device) < lengths.unsqueeze(1)


def padding_of(steps: Tensor, lengths: Tensor) -> Tensor:
    """Return a mask (T, B, 1) of the steps (T, B, F), True where a step is padding."""
    return ~padding_mask(lengths, len(steps)).t().unsqueeze(-1)


def elapsed_time(log_gap: Tensor) -> Tensor:
    """Return the time since the step before, in usual steps, from log(1 + time), which is 0 if unknown."""
    return torch.where(log_gap > 0, torch.expm1(log_gap), 1.0)


def flip_index(lengths: Tensor, num_steps: int) -> Tensor:
    """Return the source index of each step when each row's valid part is reversed and its padding stays.

    (B,) to (T * B,), row numbers of the flattened `steps`. It is its own inverse, and is used by all layers
    of a batch.
    """
    step = torch.arange(num_steps, device=lengths.device).unsqueeze(1)  # (T, 1)
    source = torch.where(step < lengths, lengths - 1 - step, step)  # (T, B)
    row = torch.arange(len(lengths), device=lengths.device)
    return (source * len(lengths) + row).flatten()


def flip(steps: Tensor, index: Tensor) -> Tensor:
    """Map (T, B, F) to the same shape, in the order of `flip_index`: one copy of whole rows, and another one
    for the gradient.
    """
    recorded = torch.jit.is_tracing() or torch.compiler.is_compiling()
    if recorded or not (torch.is_grad_enabled() and steps.requires_grad):
        return _flipped(steps, index)
    flipped: Tensor = _Flip.apply(steps, index)
    return flipped


class _Flip(torch.autograd.Function):
    """A flip, whose gradient is flipped too. That of `index_select` is added to zeros, row by row."""

    @staticmethod
    def forward(ctx: Any, steps: Tensor, index: Tensor) -> Tensor:
        ctx.save_for_backward(index)
        return _flipped(steps, index)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return flip(gradients[0], *ctx.saved_tensors), None


def _flipped(steps: Tensor, index: Tensor) -> Tensor:
    return steps.reshape(-1, steps.shape[-1]).index_select(0, index).view(steps.shape)


def last_step(steps: Tensor, lengths: Tensor | None) -> Tensor:
    """Map (T, B, F) to (B, F): each row at its last real step; lengths None if every row is full."""
    if lengths is None:
        return steps[-1]
    return steps[lengths - 1, torch.arange(len(lengths), device=lengths.device)]


def to_post(tokens: Tensor, lengths: Tensor) -> Tensor:
    """Convert left-padded rows (B, T) to right-padded ones by rotating each to start at its first token."""
    start = tokens.shape[1] - lengths  # (B,)
    return _turn(tokens, start)


def to_pre(tokens: Tensor, lengths: Tensor) -> Tensor:
    """Convert right-padded rows (B, T) to left-padded ones, the inverse of `to_post`."""
    return _turn(tokens, lengths)


def _turn(tokens: Tensor, start: Tensor) -> Tensor:
    steps = torch.arange(tokens.shape[1], device=tokens.device)
    return tokens.gather(1, (steps + start.unsqueeze(1)) % tokens.shape[1])


def check_inputs(inputs: Tensor, lengths: Tensor | None, input_size: int) -> None:
    """Raise ValueError unless inputs are (B, T, I) and lengths (B,) of 1 to T (unchecked on GPUs)."""
    if inputs.dim() != 3 or inputs.shape[-1] != input_size:
        raise ValueError(f"inputs of shape {tuple(inputs.shape)} must be (B, T, {input_size})")
    if lengths is None or lengths.device.type != "cpu" or torch.compiler.is_compiling():
        return  # elsewhere the check would make the device wait
    if len(lengths) != len(inputs) or not bool(((lengths >= 1) & (lengths <= inputs.shape[1])).all()):
        raise ValueError(f"lengths={lengths.tolist()} must be {len(inputs)} of 1 to {inputs.shape[1]}")


def check_state(state: State, expected: list[tuple[int, int, int]], cell: str) -> None:
    """Raise ValueError unless the parts of a state have the shapes that the cell expects."""
    given = [tuple(part.shape) for part in state]
    if given != expected:
        raise ValueError(f"state of shapes {given} must be {expected} for cell={cell}")

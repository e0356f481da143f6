"""The loop over the steps of any cell, compiled once per cell: no Python runs between two steps.

Shapes: T steps, B rows, F features of a part of the state.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache, wraps
from threading import Lock
from types import FunctionType
from typing import Any, get_type_hints

import torch
from torch import Tensor

Loop = Callable[..., list[Tensor]]
_compiling = Lock()  # both directions of a layer may compile at once
Weights = Any  # what a cell's step takes: its own type stands in for this one, and its step for `step` below


def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Weights) -> list[Tensor]:
    """Return the state after one step of a cell; arguments as in `rnnlab.model.cells.base.Cell.step`."""
    raise NotImplementedError


def masked(h: Tensor, mask: Tensor | None) -> Tensor:
    return h if mask is None else h * mask


def mixed(new: Tensor, old: Tensor, fraction: Tensor) -> Tensor:
    """Return fraction old + (1 - fraction) new in the old's type, as autocast gives the others fewer bits."""
    return torch.lerp(new.type_as(old), old, fraction.type_as(old))


def loop(
    inputs: Tensor,
    state: list[Tensor],
    weights: Weights,
    mask: Tensor | None,
    keep_hidden: Tensor | None,
    keep_cell: Tensor | None,
) -> list[Tensor]:
    """Return each part of the state after each step (T, B, F).

    Inputs are split by `unbind`: the gradient of `inputs[t]` has the size of all steps, at every step.

    Args:
        inputs: (T, B, ...), the cell's products with all inputs, computed at once.
        state: parts (B, F) before the first step.
        weights: the argument `weights` of the cell's step.
        mask: (B, F), the scaled variational dropout mask of the hidden state; None for no dropout.
        keep_hidden, keep_cell: (T, B, F), the fraction of the old hidden and cell state that zoneout keeps.
    """
    over_time: list[list[Tensor]] = [[] for _ in state]
    for t, x in enumerate(inputs.unbind()):
        new = step(x, masked(state[0], mask), state, weights)
        if keep_hidden is not None:
            new[0] = mixed(new[0], state[0], keep_hidden[t])
        if keep_cell is not None:
            new[1] = mixed(new[1], state[1], keep_cell[t])
        for part, after in zip(over_time, new):  # noqa: B905  TorchScript knows no strict
            part.append(after)
        state = new
    return [torch.stack(part) for part in over_time]


def python_loop(step: Callable[..., list[Tensor]]) -> Loop:
    """Return `loop` around the step of a cell, as Python."""
    weights = get_type_hints(step)["weights"]
    if hasattr(weights, "_fields"):  # TorchScript reads no names in a NamedTuple's annotations
        weights.__annotations__.update(get_type_hints(weights))
    return FunctionType(loop.__code__, {**globals(), "step": step, "Weights": weights}, loop.__name__)


@cache
def scripted_loop(step: Callable[..., list[Tensor]]) -> Loop:
    """Return `loop` around the step of a cell, compiled by TorchScript."""
    return wraps(step)(compiled(python_loop(step)))


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of tensors compiled by TorchScript; the first argument says which device it is for.

    torch.compile, which torch recommends, takes minutes to unroll a loop, and again for every length. On
    CPUs, where no kernel is fused, TorchScript's own optimizer is off: it took 2 seconds at the second length
    of a GRU and made no later step faster.
    """
    with _compiling, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", "`torch.jit.script_method` is deprecated", DeprecationWarning)
        found: Callable[..., Any] = torch.jit.script(function)

    @wraps(function)
    def run(inputs: Tensor, *rest: Any) -> Any:
        with torch.jit.optimized_execution(inputs.is_cuda):
            return found(inputs, *rest)

    return run

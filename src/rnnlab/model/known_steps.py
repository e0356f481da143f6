"""torch's GRU and RNN on CPUs with a backward pass of their own.

torch's pass multiplies a small matrix at every step to add to the recurrent matrix's gradient, and runs some
thirty operators a step. Here a step back is two or three operators, and the recurrent matrix gets its
gradient from one product over all steps.

Shapes: T steps, B rows, H units, G gates.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable

from rnnlab.model.known_loops import gru_gradients, gru_states, rnn_gradients, rnn_states
from rnnlab.model.scripted_steps import compiled


def known_steps(mode: str, steps: Tensor, start: Tensor | None, weights: list[Tensor]) -> Tensor:
    """Return the states (T, B, H) of torch's layer.

    They are torch's to the last bit where H is a multiple of the 16 numbers that a processor may take at
    once, else within rounding, and so are the gradients, which have no gradients themselves.

    Args:
        mode: GRU, RNN_TANH or RNN_RELU, as torch names them.
        steps: (T, B, I).
        start: the state before the first step (B, H); None for zeros.
        weights: in torch's order: input matrix, recurrent matrix, input bias, recurrent bias.
    """
    input_matrix, recurrent, input_bias, bias = weights
    read = F.linear(steps, input_matrix, input_bias)  # (T, B, G H)
    before = read.new_zeros(read.shape[1], recurrent.shape[1]) if start is None else start
    if mode == "GRU":
        states: Tensor = _GRU.apply(read, before, recurrent, bias)
    else:
        states = _RNN.apply(mode == "RNN_RELU", read, before, recurrent, bias)
    return states


def fits_known_steps(mode: str, steps: Any, weights: list[Tensor]) -> bool:
    """Return whether a pass needs gradients, on a CPU in single or double precision, and is not recorded."""
    return (
        mode in ("GRU", "RNN_TANH", "RNN_RELU")
        and isinstance(steps, Tensor)
        and steps.device.type == "cpu"
        and steps.dtype == weights[0].dtype
        and steps.dtype in (torch.float32, torch.float64)
        and not torch.is_autocast_enabled("cpu")
        and torch.is_grad_enabled()
        and (steps.requires_grad or any(weight.requires_grad for weight in weights))
        and not (torch.jit.is_tracing() or torch.compiler.is_compiling())
    )


class _GRU(torch.autograd.Function):
    """r, z = sigmoid(x + U h + c); n = tanh(x + r (U h + c)); h' = (h - n) z + n, from x = W x + b."""

    @staticmethod
    def forward(ctx: Any, read: Tensor, start: Tensor, recurrent: Tensor, bias: Tensor) -> Tensor:
        states, gates, new = compiled(gru_states)(read, start, recurrent, bias)
        ctx.save_for_backward(start, recurrent, states, gates, new)
        return states  # type: ignore[no-any-return]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, above: Tensor) -> tuple[Tensor | None, ...]:
        start, recurrent, states, gates, new = ctx.saved_tensors
        found, totals, through, of_start = compiled(gru_gradients)(
            above, start, recurrent, states, gates, new, ctx.needs_input_grad[1]
        )
        of_weights = weight_gradients(found, start, states, ctx.needs_input_grad[2:])
        torch.mul(totals, through, out=found[:, :, 2 * new.shape[2] :])  # from U_n h + c to x_n
        return (found, of_start, *of_weights)


class _RNN(torch.autograd.Function):
    """h' = f(x + U h + c), from x = W x + b."""

    @staticmethod
    def forward(
        ctx: Any, rectified: bool, read: Tensor, start: Tensor, recurrent: Tensor, bias: Tensor
    ) -> Tensor:
        states: Tensor = compiled(rnn_states)(read, start, recurrent, bias, rectified)
        ctx.rectified = rectified
        ctx.save_for_backward(start, recurrent, states)
        return states

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, above: Tensor) -> tuple[Tensor | None, ...]:
        start, recurrent, states = ctx.saved_tensors
        slopes = (states > 0).to(states.dtype) if ctx.rectified else one_less(states)
        found, of_start = compiled(rnn_gradients)(above, slopes, recurrent, ctx.needs_input_grad[2])
        return (None, found, of_start, *weight_gradients(found, start, states, ctx.needs_input_grad[3:]))


def one_less(values: Tensor) -> Tensor:
    """Return 1 - v^2, in one pass."""
    return torch.addcmul(torch.ones([], dtype=values.dtype), values, values, value=-1.0)


def weight_gradients(
    of_products: Tensor, start: Tensor, states: Tensor, wanted: tuple[bool, ...]
) -> tuple[Tensor | None, Tensor | None]:
    """Return the gradients of the recurrent matrix (G H, H) and of its bias (G H,), None if not wanted.

    Args:
        of_products: the gradient of U h + c at each step (T, B, G H).
        start, states: the state before the first step (B, H), and after each one (T, B, H).
    """
    of_matrix: Tensor | None = None
    if wanted[0]:
        of_matrix = of_products[1:].flatten(0, 1).t() @ states[:-1].flatten(0, 1)
        of_matrix.addmm_(of_products[0].t(), start)
    return of_matrix, of_products.sum((0, 1)) if wanted[1] else None

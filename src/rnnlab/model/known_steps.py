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
        before = torch.cat((start.unsqueeze(0), states[:-1]))
        of_read, of_products, of_start = compiled(gru_gradients)(
            above, before, recurrent, gates, new, ctx.needs_input_grad[1]
        )
        return (of_read, of_start, *weight_gradients(of_products, before, ctx.needs_input_grad[2:]))


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
        slopes = (states > 0).to(states.dtype) if ctx.rectified else 1 - states * states
        of_read, of_start = compiled(rnn_gradients)(above, slopes, recurrent, ctx.needs_input_grad[2])
        before = torch.cat((start.unsqueeze(0), states[:-1]))
        return (None, of_read, of_start, *weight_gradients(of_read, before, ctx.needs_input_grad[3:]))


def weight_gradients(
    of_products: Tensor, before: Tensor, wanted: tuple[bool, ...]
) -> tuple[Tensor | None, Tensor | None]:
    """Return the gradients of the recurrent matrix (G H, H) and of its bias (G H,), None if not wanted.

    Args:
        of_products: the gradient of U h + c at each step (T, B, G H).
        before: the state that each step reads (T, B, H).
    """
    flat = of_products.flatten(0, 1)
    of_matrix = flat.t() @ before.flatten(0, 1) if wanted[0] else None
    return of_matrix, flat.sum(0) if wanted[1] else None


def gru_states(read: Tensor, start: Tensor, recurrent: Tensor, bias: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the states (T, B, H), the gates r and z with U_n h + c (T, B, 3 H), and n (T, B, H)."""
    size = start.size(1)
    gates, new = torch.empty_like(read), read.new_empty(read.size(0), read.size(1), size)
    states = torch.empty_like(new)
    matrix, h = recurrent.t(), start
    reset, update, last = gates.split(size, -1)
    raw, raw_new = read[:, :, : 2 * size].unbind(), read[:, :, 2 * size :].unbind()
    parts = gates[:, :, : 2 * size].unbind(), reset.unbind(), update.unbind(), last.unbind()
    for t, product in enumerate(gates.unbind()):
        torch.addmm(bias, h, matrix, out=product)
        parts[0][t].add_(raw[t]).sigmoid_()
        n = torch.mul(parts[3][t], parts[1][t], out=new[t]).add_(raw_new[t]).tanh_()
        h = torch.sub(h, n, out=states[t]).mul_(parts[2][t]).add_(n)
    return states, gates, new


def gru_gradients(
    above: Tensor, before: Tensor, recurrent: Tensor, gates: Tensor, new: Tensor, of_start: bool
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return the gradients of x and of U h + c (T, B, 3 H), and of the first state where it is wanted.

    Args:
        above: the gradient that reaches each state from outside (T, B, H).
        before: the state that each step reads (T, B, H).
        gates, new: of `gru_states`.
    """
    size = new.size(2)
    r, z, product = gates.split(size, -1)
    through = (1 - z) * (1 - new * new)  # from h' to what n is the tanh of
    slopes = torch.cat(
        (through * product * r * (1 - r), (before - new) * z * (1 - z), through * r), -1
    ).unflatten(-1, [3, size])  # from h' to U h + c
    of_products, totals = torch.empty_like(slopes), torch.empty_like(new)
    kept, total = z.unbind(), above[-1].contiguous()
    first: Tensor | None = None
    for back in range(len(kept)):
        t = len(kept) - 1 - back
        totals[t].copy_(total)
        flat = torch.mul(slopes[t], total.unsqueeze(1), out=of_products[t]).flatten(1)
        if t > 0:
            total = torch.addcmul(above[t - 1], total, kept[t]).addmm_(flat, recurrent)
        elif of_start:
            first = (total * kept[t]).addmm_(flat, recurrent)
    found = of_products.flatten(2)
    return torch.cat((found[:, :, : 2 * size], totals * through), -1), found, first


def rnn_states(read: Tensor, start: Tensor, recurrent: Tensor, bias: Tensor, rectified: bool) -> Tensor:
    """Return the states (T, B, H)."""
    states, matrix, h = torch.empty_like(read), recurrent.t(), start
    for x, after in zip(read.unbind(), states.unbind()):  # noqa: B905  TorchScript knows no strict
        h = torch.addmm(bias, h, matrix, out=after).add_(x)
        h = h.relu_() if rectified else h.tanh_()
    return states


def rnn_gradients(
    above: Tensor, slopes: Tensor, recurrent: Tensor, of_start: bool
) -> tuple[Tensor, Tensor | None]:
    """Return the gradients of x and U h + c, which are one (T, B, H), and of the first state."""
    found, total = torch.empty_like(slopes), above[-1]
    first: Tensor | None = None
    slope, each = slopes.unbind(), found.unbind()
    for back in range(len(each)):
        t = len(each) - 1 - back
        torch.mul(slope[t], total, out=each[t])
        if t > 0:
            total = torch.addmm(above[t - 1], each[t], recurrent)
        elif of_start:
            first = torch.mm(each[t], recurrent)
    return found, first

"""Loops over the steps of a GRU and an RNN, forward and back, which TorchScript compiles.

They write into large tensors that are made once: new memory costs a CPU more than a pass over old one.

Shapes: T steps, B rows, H units, G gates.
"""

from __future__ import annotations

import torch
from torch import Tensor


def gru_states(read: Tensor, start: Tensor, recurrent: Tensor, bias: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the states (T, B, H), the gates r and z with U_n h + c (T, B, 3 H), and n (T, B, H)."""
    size = start.size(1)
    gates, new = torch.empty_like(read), read.new_empty(read.size(0), read.size(1), size)
    states = torch.empty_like(new)
    matrix, h = recurrent.t(), start
    reset, update, last = gates.split(size, -1)
    raw, raw_new = read[:, :, : 2 * size].unbind(), read[:, :, 2 * size :].unbind()
    parts = gates[:, :, : 2 * size].unbind(), reset.unbind(), update.unbind(), last.unbind()
    news, after = new.unbind(), states.unbind()
    for t, product in enumerate(gates.unbind()):
        torch.addmm(bias, h, matrix, out=product)
        parts[0][t].add_(raw[t]).sigmoid_()
        n = torch.mul(parts[3][t], parts[1][t], out=news[t]).add_(raw_new[t]).tanh_()
        h = torch.sub(h, n, out=after[t]).mul_(parts[2][t]).add_(n)
    return states, gates, new


def gru_gradients(
    above: Tensor, start: Tensor, recurrent: Tensor, states: Tensor, gates: Tensor, new: Tensor, first: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """Return the gradients of U h + c (T, B, 3 H) and of each state (T, B, H), the slope from a state to what
    n is the tanh of (T, B, H), and the gradient of the first state where it is wanted.

    Args:
        above: the gradient that reaches each state from outside (T, B, H).
        start, states: the state before the first step (B, H), and after each one (T, B, H).
        gates, new: of `gru_states`.
        first: whether the first state's gradient is wanted.
    """
    size = new.size(2)
    r, z, product = gates.split(size, -1)
    slopes = torch.empty_like(gates)  # from a state to U h + c
    of_r, of_z, of_n = slopes.split(size, -1)
    fresh = torch.rsub(z, 1.0)
    through = torch.addcmul(torch.ones([], dtype=new.dtype), new, new, value=-1.0).mul_(fresh)
    torch.mul(through, r, out=of_n)
    torch.mul(of_n, product, out=of_r)
    of_r.addcmul_(of_r, r, value=-1.0)
    torch.sub(states[:-1], new[1:], out=of_z[1:])
    torch.sub(start, new[0], out=of_z[0])
    of_z.mul_(z).mul_(fresh)

    found, totals = torch.empty_like(slopes), torch.empty_like(new)
    slope, each = slopes.unflatten(-1, [3, size]).unbind(), found.unflatten(-1, [3, size]).unbind()
    flat, kept, outer, all_totals = found.unbind(), z.unbind(), above.unbind(), totals.unbind()
    of_start: Tensor | None = None
    total = all_totals[-1].copy_(outer[-1])
    for back in range(len(flat)):
        t = len(flat) - 1 - back
        torch.mul(slope[t], total.unsqueeze(1), out=each[t])
        if t > 0:
            total = torch.addcmul(outer[t - 1], total, kept[t], out=all_totals[t - 1])
            total.addmm_(flat[t], recurrent)
        elif first:
            of_start = (total * kept[t]).addmm_(flat[t], recurrent)
    return found, totals, through, of_start


def rnn_states(read: Tensor, start: Tensor, recurrent: Tensor, bias: Tensor, rectified: bool) -> Tensor:
    """Return the states (T, B, H)."""
    states, matrix, h = torch.empty_like(read), recurrent.t(), start
    for x, after in zip(read.unbind(), states.unbind()):  # noqa: B905  TorchScript knows no strict
        h = torch.addmm(bias, h, matrix, out=after).add_(x)
        h = h.relu_() if rectified else h.tanh_()
    return states


def rnn_gradients(
    above: Tensor, slopes: Tensor, recurrent: Tensor, first: bool
) -> tuple[Tensor, Tensor | None]:
    """Return the gradients of x and U h + c, which are one (T, B, H), and of the first state if wanted.

    Args:
        above: the gradient that reaches each state from outside (T, B, H).
        slopes: of f at each state (T, B, H).
    """
    found, outer = torch.empty_like(slopes), above.unbind()
    total = outer[-1]
    of_start: Tensor | None = None
    slope, each = slopes.unbind(), found.unbind()
    for back in range(len(each)):
        t = len(each) - 1 - back
        torch.mul(slope[t], total, out=each[t])
        if t > 0:
            total = torch.addmm(outer[t - 1], each[t], recurrent)
        elif first:
            of_start = torch.mm(each[t], recurrent)
    return found, of_start

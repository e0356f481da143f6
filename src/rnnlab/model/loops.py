"""The cells that no kernel computes, step after step; `rnnlab.model.script` compiles these functions.

Shapes: T steps, B rows, H units, P features of a projected output, G gates. Each takes the inputs' products
(T, B, G H) with their biases, the parts of the state (B, F) and the recurrent weights, and gives each part
of the state after every step (T, B, F). Optional are:

    mask (B, P)         what variational dropout leaves of the hidden state, scaled
    keep (T, B, F)      share of a part's old value that zoneout keeps

Products are taken apart by `unbind`: the gradient of `products[t]` has the size of all steps, at every step.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def masked(h: Tensor, mask: Tensor | None) -> Tensor:
    return h if mask is None else h * mask


def kept(new: Tensor, old: Tensor, keep: Tensor | None, t: int) -> Tensor:
    return new if keep is None else torch.lerp(new, old, keep[t])


def elman(
    products: Tensor,
    state: list[Tensor],
    weight: Tensor,
    rectified: bool,
    mask: Tensor | None,
    keep: Tensor | None,
) -> list[Tensor]:
    """h' = f(W x + U h)."""
    h, back = state[0], weight.t()
    hidden: list[Tensor] = []
    for t, product in enumerate(products.unbind()):
        raw = torch.addmm(product, masked(h, mask), back)
        h = kept(torch.relu(raw) if rectified else torch.tanh(raw), h, keep, t)
        hidden.append(h)
    return [torch.stack(hidden)]


def independent(
    products: Tensor, state: list[Tensor], weight: Tensor, mask: Tensor | None, keep: Tensor | None
) -> list[Tensor]:
    """h' = relu(W x + u h), u a vector (Li et al. 2018, equation 2)."""
    h = state[0]
    hidden: list[Tensor] = []
    for t, product in enumerate(products.unbind()):
        h = kept(torch.relu(torch.addcmul(product, masked(h, mask), weight)), h, keep, t)
        hidden.append(h)
    return [torch.stack(hidden)]


def gru(
    products: Tensor,
    state: list[Tensor],
    weight: Tensor,
    bias: Tensor,
    mask: Tensor | None,
    keep: Tensor | None,
) -> list[Tensor]:
    """As `rnnlab.model.cell.GRUCell`; the dropped state goes into the gates, the whole one is kept by z."""
    h, back = state[0], weight.t()
    hidden: list[Tensor] = []
    for t, product in enumerate(products.unbind()):
        x_r, x_z, x_n = product.chunk(3, 1)
        h_r, h_z, h_n = torch.addmm(bias, masked(h, mask), back).chunk(3, 1)
        n = torch.tanh(torch.addcmul(x_n, torch.sigmoid(x_r + h_r), h_n))
        h = kept(torch.lerp(n, h, torch.sigmoid(x_z + h_z)), h, keep, t)
        hidden.append(h)
    return [torch.stack(hidden)]


def lstm(
    products: Tensor,
    state: list[Tensor],
    weight: Tensor,
    peephole: Tensor | None,
    projection: Tensor | None,
    coupled: bool,
    mask: Tensor | None,
    keep: Tensor | None,
    keep_memory: Tensor | None,
) -> list[Tensor]:
    """Gates i, f, g, o, without i where they are coupled: i = 1 - f (Greff et al. 2017).

    Peepholes (3, H), or (2, H) where gates are coupled, let i and f see the old memory and o the new one
    (Gers & Schmidhuber 2000). Zoneout as in Krueger et al. (2017), equation 7.
    """
    h, c, back = state[0], state[1], weight.t()
    hidden: list[Tensor] = []
    memory: list[Tensor] = []
    for t, product in enumerate(products.unbind()):
        gates = torch.addmm(product, masked(h, mask), back).chunk(3 if coupled else 4, 1)
        f, g, o = gates[-3], gates[-2], gates[-1]
        if peephole is not None:
            f = torch.addcmul(f, peephole[-2], c)
        f = torch.sigmoid(f)
        if coupled:
            new = torch.lerp(torch.tanh(g), c, f)
        else:
            i = gates[0] if peephole is None else torch.addcmul(gates[0], peephole[0], c)
            new = torch.addcmul(torch.sigmoid(i) * torch.tanh(g), f, c)
        if peephole is not None:
            o = torch.addcmul(o, peephole[-1], new)
        shown = torch.sigmoid(o) * torch.tanh(new)
        h = kept(shown if projection is None else F.linear(shown, projection), h, keep, t)
        c = kept(new, c, keep_memory, t)
        hidden.append(h)
        memory.append(c)
    return [torch.stack(hidden), torch.stack(memory)]


def layernorm_lstm(
    products: Tensor,
    state: list[Tensor],
    weight: Tensor,
    bias: Tensor,
    recurrent_gain: Tensor,
    memory_gain: Tensor,
    memory_bias: Tensor,
    mask: Tensor | None,
    keep: Tensor | None,
    keep_memory: Tensor | None,
) -> list[Tensor]:
    """Ba et al. (2016), equations 20 to 22: U h and the new memory are normalised, W x was before."""
    h, c, back = state[0], state[1], weight.t()
    hidden: list[Tensor] = []
    memory: list[Tensor] = []
    for t, product in enumerate(products.unbind()):
        normed = F.layer_norm(masked(h, mask) @ back, bias.shape, recurrent_gain, bias)
        i, f, g, o = (product + normed).chunk(4, 1)
        new = torch.addcmul(torch.sigmoid(i) * torch.tanh(g), torch.sigmoid(f), c)
        shown = torch.sigmoid(o) * torch.tanh(F.layer_norm(new, memory_gain.shape, memory_gain, memory_bias))
        h = kept(shown, h, keep, t)
        c = kept(new, c, keep_memory, t)
        hidden.append(h)
        memory.append(c)
    return [torch.stack(hidden), torch.stack(memory)]


def mogrifier_lstm(
    steps: Tensor,
    state: list[Tensor],
    weight_ih: Tensor,
    weight: Tensor,
    bias: Tensor,
    gating: list[Tensor],
    mask: Tensor | None,
    keep: Tensor | None,
    keep_memory: Tensor | None,
) -> list[Tensor]:
    """Melis et al. (2020), equations 1 and 2, before each step: steps (T, B, I) are not multiplied before."""
    h, c, ahead, back = state[0], state[1], weight_ih.t(), weight.t()
    hidden: list[Tensor] = []
    memory: list[Tensor] = []
    for t, step in enumerate(steps.unbind()):
        x, gated = step, masked(h, mask)
        for number, matrix in enumerate(gating):
            if number % 2 == 0:
                x = 2 * torch.sigmoid(F.linear(gated, matrix)) * x
            else:
                gated = 2 * torch.sigmoid(F.linear(x, matrix)) * gated
        i, f, g, o = torch.addmm(torch.addmm(bias, x, ahead), gated, back).chunk(4, 1)
        new = torch.addcmul(torch.sigmoid(i) * torch.tanh(g), torch.sigmoid(f), c)
        h = kept(torch.sigmoid(o) * torch.tanh(new), h, keep, t)
        c = kept(new, c, keep_memory, t)
        hidden.append(h)
        memory.append(c)
    return [torch.stack(hidden), torch.stack(memory)]


def slstm(
    products: Tensor,
    state: list[Tensor],
    weight: Tensor,
    mask: Tensor | None,
    keep: Tensor | None,
) -> list[Tensor]:
    """Beck et al. (2024), equations 8 to 17; state h, c, n, m, which is empty where n is 0.

    The recurrent weights (heads, H / heads, 4 H / heads) see a head's own part of h alone.
    """
    h, c, n, m = state[0], state[1], state[2], state[3]
    rows, heads = h.size(0), weight.size(0)
    parts: list[list[Tensor]] = [[], [], [], []]
    for t, product in enumerate(products.unbind()):
        split = masked(h, mask).view(rows, heads, -1).transpose(0, 1)  # (heads, B, H / heads)
        back = torch.bmm(split, weight).view(heads, rows, 4, -1).permute(1, 2, 0, 3)
        raw_i, raw_f, z, o = (product + back.reshape(rows, -1)).chunk(4, 1)
        carried = F.logsigmoid(raw_f) + m
        level = torch.where(n == 0, raw_i, torch.maximum(carried, raw_i))
        i = torch.exp(raw_i - level)
        f = torch.where(n == 0, torch.zeros_like(i), torch.exp(torch.clamp(carried - level, max=0.0)))
        new, norm = torch.addcmul(i * torch.tanh(z), f, c), torch.addcmul(i, f, n)
        h = kept(torch.sigmoid(o) * new / norm, h, keep, t)
        c, n, m = new, norm, level
        parts[0].append(h)
        parts[1].append(c)
        parts[2].append(n)
        parts[3].append(m)
    return [torch.stack(part) for part in parts]

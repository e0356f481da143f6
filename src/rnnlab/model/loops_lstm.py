"""Further LSTMs, step after step: layer-normalised, mogrifying, exponentially gated.

Arguments and shapes as in `rnnlab.model.loops`.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.loops import kept, masked


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

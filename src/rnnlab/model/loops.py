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


def mixed(new: Tensor, old: Tensor, share: Tensor) -> Tensor:
    """share old + (1 - share) new, as precise as the old: under autocast the others have fewer bits."""
    return torch.lerp(new.type_as(old), old, share.type_as(old))


def kept(new: Tensor, old: Tensor, keep: Tensor | None, t: int) -> Tensor:
    return new if keep is None else mixed(new, old, keep[t])


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
        h = kept(mixed(n, h, torch.sigmoid(x_z + h_z)), h, keep, t)
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
    see: list[Tensor] = [] if peephole is None else list(peephole.unbind())
    hidden: list[Tensor] = []
    memory: list[Tensor] = []
    for t, product in enumerate(products.unbind()):
        gates = torch.addmm(product, masked(h, mask), back).chunk(3 if coupled else 4, 1)
        f, g, o = gates[-3], gates[-2], gates[-1]
        if see:
            f = torch.addcmul(f, see[-2], c)
        f = torch.sigmoid(f)
        if coupled:
            new = mixed(torch.tanh(g), c, f)
        else:
            i = torch.addcmul(gates[0], see[0], c) if see else gates[0]
            new = torch.addcmul(torch.sigmoid(i) * torch.tanh(g), f, c)
        if see:
            o = torch.addcmul(o, see[-1], new)
        shown = torch.sigmoid(o) * torch.tanh(new)
        h = kept(shown if projection is None else F.linear(shown, projection), h, keep, t)
        c = kept(new, c, keep_memory, t)
        hidden.append(h)
        memory.append(c)
    return [torch.stack(hidden), torch.stack(memory)]

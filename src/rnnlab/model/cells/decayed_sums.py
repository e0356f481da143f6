"""Sums of outer products that decay, for all steps of a row, in chunks of matrix products.

Shapes: B rows, N heads, T steps, K features of a key, V features of a value; C chunks of L steps.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.cells.delta_rule import chunked, later
from rnnlab.model.cells.linear_recurrence import linear_recurrence

CHUNK = 32
SPAN = 40.0
"""Sum of logarithms whose exp float32 holds with room for the products: e^40 is 2e17."""


class DecayedSteps(NamedTuple):
    """Queries and keys of each step (B, N, T, K), values (B, N, T, V), and the logarithm of the fraction that
    is kept, at most 0, of each feature of a key (B, N, T, K) or of all alike (B, N, T, 1).
    """

    queries: Tensor
    keys: Tensor
    values: Tensor
    log_decay: Tensor


def decayed_sums(steps: DecayedSteps, start: Tensor, chunk: int = CHUNK) -> tuple[Tensor, Tensor]:
    """Return the outputs (B, N, T, V) and the matrix after the last step (B, N, K, V).

        S' = diag(a) S + k v^T      o = S'^T q      a = exp(log_decay)

    What a step reads of an earlier one is a product of exp(c_i) and exp(-c_j), with c the sum of log a, in
    stretches of steps so short that neither overflows at any decay (Yang et al. 2024, section 4.2). A step
    with k = 0 and a = 1 changes nothing.

    Args:
        start: the matrix before the first step (B, N, K, V).
        chunk: L, a power of two.
    """
    num_steps = steps.keys.shape[2]
    length = min(chunk, 1 << (num_steps - 1).bit_length())
    queries, keys, values, log_decay = (chunked(part, length) for part in steps)  # (B, N, C, L, ...)
    decay = log_decay.cumsum(-2)
    inside = scores(queries, keys, decay) @ values  # (B, N, C, L, V)
    added = (keys * (decay[..., -1:, :] - decay).exp()).mT @ values  # (B, N, C, K, V)
    left = decay[..., -1, :].exp().unsqueeze(-1)  # (B, N, C, K, 1), or (B, N, C, 1, 1)
    ends = linear_recurrence(left.expand_as(added).movedim(2, 0), added.movedim(2, 0), start)
    starts = torch.cat((start.unsqueeze(0), ends[:-1])).movedim(0, 2)  # (B, N, C, K, V)
    outputs = inside + (queries * decay.exp()) @ starts
    return outputs.flatten(2, 3)[:, :, :num_steps], ends[-1]


def scores(queries: Tensor, keys: Tensor, decay: Tensor) -> Tensor:
    """Return what each of L steps reads of each, (..., L, L), 0 of later ones.

    Args:
        queries, keys: (..., L, K).
        decay: sums of logarithms up to each step, (..., L, K), or (..., L, 1) where features decay alike.
    """
    length = keys.shape[-2]
    if decay.shape[-1] == 1:
        between = (decay - decay.mT).masked_fill(later(length, decay), -torch.inf)
        return queries @ keys.mT * between.exp()
    if length == 1 or is_short(decay):
        since = decay - decay[..., :1, :]
        return ((queries * since.exp()) @ (keys * (-since).exp()).mT).tril()
    parts = [part.unflatten(-2, (2, -1)) for part in (queries, keys, decay)]  # (..., 2, L / 2, K)
    early, late = scores(*parts).unbind(-3)  # within each half
    (_, query), (key, _), (before, after) = (part.unbind(-3) for part in parts)
    middle = before[..., -1:, :]
    across = (query * (after - middle).exp()) @ (key * (middle - before).exp()).mT
    above = F.pad(early, (0, length // 2))
    return torch.cat((above, torch.cat((across, late), -1)), -2)


def is_short(decay: Tensor) -> bool:
    """Return whether no stretch of steps decays below exp(-SPAN); False where asking is slow."""
    if decay.device.type != "cpu" or torch.compiler.is_compiling() or torch.jit.is_tracing():
        return False
    return bool((decay[..., :1, :] - decay[..., -1:, :]).amax() < SPAN)

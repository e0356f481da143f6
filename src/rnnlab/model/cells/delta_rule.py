"""The gated delta rule for all steps of a row, in chunks of matrix products.

Shapes: B rows, N heads, T steps, K features of a key, V features of a value.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

CHUNK = 16
"""Steps of a chunk: its products grow with the square, the number of chunks falls."""


class DeltaSteps(NamedTuple):
    """Queries and keys of each step (B, N, T, K), values (B, N, T, V), the fraction that is written and the
    logarithm of the fraction that is kept, beta and log_decay (B, N, T).
    """

    queries: Tensor
    keys: Tensor
    values: Tensor
    beta: Tensor
    log_decay: Tensor


def delta_rule(steps: DeltaSteps, start: Tensor, chunk: int = CHUNK) -> tuple[Tensor, Tensor]:
    """Return the outputs (B, N, T, V) and the matrix after the last step (B, N, K, V).

        S' = a (S - b k (k^T S)) + b k v^T      o = S'^T q

    A step replaces the value that the matrix holds for the key k, by the fraction b, after everything has
    decayed by a = exp(log_decay) (Schlag et al. 2021; Yang, Kautz & Hatamizadeh 2025). In a chunk of L steps
    the written values solve one triangular system (Yang et al. 2024), so that a chunk is a handful of
    products, and only the matrix goes from chunk to chunk. A step with b = 0 and a = 1 changes nothing.

    Args:
        start: the matrix before the first step (B, N, K, V).
        chunk: L.
    """
    num_steps = steps.keys.shape[2]
    length = min(chunk, num_steps)
    queries, keys, values, beta, log_decay = (chunked(part, length) for part in steps)
    decay = log_decay.cumsum(-1)  # (B, N, C, L): the logarithm of what is left of the chunk's start
    between = (decay.unsqueeze(-1) - decay.unsqueeze(-2)).masked_fill(later(length, decay), -torch.inf)
    kept = between.exp()  # (B, N, C, L, L): what step i sees of step j, 0 for j > i

    overlap = (keys @ keys.mT * kept * beta.unsqueeze(-1)).tril(-1)
    sides = torch.cat((values, keys * decay.exp().unsqueeze(-1)), -1) * beta.unsqueeze(-1)
    solved = torch.linalg.solve_triangular(overlap, sides, upper=False, unitriangular=True)
    written, of_start = solved.split((values.shape[-1], keys.shape[-1]), -1)
    seen = queries @ keys.mT * kept  # (B, N, C, L, L)
    from_start = queries * decay.exp().unsqueeze(-1)
    to_end = keys * (decay[..., -1:] - decay).exp().unsqueeze(-1)
    left = decay[..., -1].exp()[..., None, None]  # (B, N, C, 1, 1)

    matrix, outputs = start, []
    parts = (part.unbind(2) for part in (written, of_start, from_start, seen, left, to_end))
    for own, read, query, inside, rest, key in zip(*parts, strict=True):  # of one chunk
        new = own - read @ matrix  # (B, N, L, V)
        outputs.append(query @ matrix + inside @ new)
        matrix = rest * matrix + key.mT @ new
    return torch.cat(outputs, 2)[:, :, :num_steps], matrix


def chunked(part: Tensor, length: int, added: float = 0.0) -> Tensor:
    """Cut (B, N, T, ...) into chunks (B, N, C, L, ...); steps that are missing at the end are `added`.

    They are laid out in that order: each product of chunks would copy time-major steps again.
    """
    missing = -part.shape[2] % length
    if missing:
        part = F.pad(part, (*[0, 0] * (part.dim() - 3), 0, missing), value=added)
    return part.contiguous().unflatten(2, (-1, length))


def later(length: int, like: Tensor) -> Tensor:
    """Return the mask (L, L) of the steps j > i that step i must not see."""
    return torch.ones(length, length, dtype=torch.bool, device=like.device).triu(1)

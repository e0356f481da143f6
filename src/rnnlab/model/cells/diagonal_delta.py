"""The delta rule with a decay for each feature of a key, for all steps of a row, in chunks of products.

Shapes: B rows, N heads, T steps, K features of a key, V features of a value.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rnnlab.model.cells.delta_rule import chunked

CHUNK = 16
"""Steps of a chunk: decays below exp(-80 / 16) at every step of one would overflow float32."""


class DiagonalSteps(NamedTuple):
    """Queries, keys, the keys that are looked up, what is added per number found there, and the logarithms of
    the decays, (B, N, T, K) each; values (B, N, T, V).
    """

    queries: Tensor
    keys: Tensor
    lookups: Tensor
    corrections: Tensor
    log_decay: Tensor
    values: Tensor


def diagonal_delta(steps: DiagonalSteps, start: Tensor, chunk: int = CHUNK) -> tuple[Tensor, Tensor]:
    """Return the outputs (B, N, T, V) and the matrix after the last step (B, N, K, V).

        S' = diag(w) S + p (l^T S) + k v^T      o = S'^T q

    with decays w = exp(log_decay), lookups l and corrections p (Peng et al. 2025, transposed). In a chunk of
    L steps the rows u = l^T S solve one triangular system, as with one decay for all features (Yang et al.
    2024). What step i sees of step j, exp(c_i - c_j) with c the sum of log w, is computed as exp(c_i) times
    exp(-c_j), which needs decays bounded from below. A step with w = 1, p = 0, k = 0 changes nothing.

    Args:
        start: the matrix before the first step (B, N, K, V).
        chunk: L; the sum of log w over L steps must stay above -80.
    """
    num_steps = steps.keys.shape[2]
    parts = DiagonalSteps(*(chunked(part, min(chunk, num_steps)) for part in steps))
    total = parts.log_decay.cumsum(-2)  # (B, N, C, L, K)
    left, grown = total.exp(), (-total).exp()
    lookups = parts.lookups * (total - parts.log_decay).exp()  # as they read the start of the chunk
    queries = parts.queries * left
    corrections, keys = parts.corrections * grown, parts.keys * grown
    sides = torch.cat(((lookups @ keys.mT).tril(-1) @ parts.values, lookups), -1)  # (B, N, C, L, V + K)
    system = (lookups @ corrections.mT).tril(-1)  # (B, N, C, L, L)
    solved = torch.linalg.solve_triangular(-system, sides, upper=False, unitriangular=True)
    sizes = parts.values.shape[-1], keys.shape[-1]  # u = the first part of `solved` + the second times S

    end = left[..., -1:, :]  # (B, N, C, 1, K)
    added, carried = ((corrections * end).mT @ solved).split(sizes, -1)  # (B, N, C, K, V), (B, N, C, K, K)
    added = added + (keys * end).mT @ parts.values
    carried = carried + torch.diag_embed(end.squeeze(-2))
    matrix, before = start, []
    for keep, new in zip(carried.unbind(2), added.unbind(2), strict=True):  # of one chunk
        before.append(matrix)
        matrix = keep @ matrix + new
    starts = torch.stack(before, 2)  # (B, N, C, K, V)
    inside, of_start = ((queries @ corrections.mT).tril() @ solved).split(sizes, -1)
    outputs = (queries + of_start) @ starts + inside + (queries @ keys.mT).tril() @ parts.values
    return outputs.flatten(2, 3)[:, :, :num_steps], matrix

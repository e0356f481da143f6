"""How well a query fits each source step: Luong et al. (2015) and Bahdanau et al. (2015).

Shapes: B rows, S source steps, T target steps, Q features of a query, F features of a value.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.decoder.settings import checked


class Score(nn.Module):
    """Compares queries with the keys of a memory, and past attention with coverage.

        dot:       q . v                         needs Q = F
        general:   q . W v
        additive:  u . tanh(W v + b + U q)

    With coverage c, the sum of past attention, the first two add w c, and additive adds w c within the tanh
    (See et al. 2017, equation 11).

    Args:
        name: dot, general or additive.
        query_size, value_size: features of a query, and of a value.
        covers: whether a step's past attention counts.

    Raises:
        ValueError: an unknown name; dot with two sizes.
    """

    def __init__(self, name: str, query_size: int, value_size: int, covers: bool = False) -> None:
        super().__init__()
        self.name = checked("score", name)
        if name == "dot" and query_size != value_size:
            raise ValueError(
                f"score=dot needs a decoder of the encoder's output size {value_size}, "
                f"and it has {query_size}: choose score=general"
            )
        additive = name == "additive"
        self.key = None if name == "dot" else nn.Linear(value_size, query_size, bias=additive)
        self.query = nn.Linear(query_size, query_size, bias=False) if additive else None
        self.sum = nn.Linear(query_size, 1, bias=False) if additive else None
        self.cover = nn.Linear(1, query_size if additive else 1, bias=False) if covers else None
        for part in (self.key, self.query, self.sum):
            if part is not None:
                nn.init.xavier_uniform_(part.weight)
        if self.key is not None and additive:
            nn.init.zeros_(self.key.bias)
        if self.cover is not None:
            nn.init.zeros_(self.cover.weight)  # at first as without coverage

    def keys(self, values: Tensor) -> Tensor:
        """Map values (B, S, F) to keys (B, S, Q), once for all steps."""
        return values if self.key is None else self.key(values)

    def forward(self, queries: Tensor, keys: Tensor, coverage: Tensor | None = None) -> Tensor:
        """Map queries (B, T, Q), keys (B, S, Q) and coverage (B, S), of one step, to scores (B, T, S)."""
        covered = None
        if self.cover is not None and coverage is not None:
            covered = self.cover(coverage.to(keys.dtype).unsqueeze(-1))  # (B, S, Q) or (B, S, 1)
        if self.query is None or self.sum is None:
            scores = queries @ keys.transpose(1, 2).to(queries.dtype)  # (B, T, S)
            return scores if covered is None else scores + covered.transpose(1, 2)
        known = keys if covered is None else keys + covered
        raw = known.unsqueeze(1) + self.query(queries).unsqueeze(2)  # (B, T, S, Q)
        scored: Tensor = self.sum(torch.tanh(raw)).squeeze(-1)
        return scored


def attend(scores: Tensor, values: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean of values by attention (B, T, F), and the attention (B, T, S).

    The softmax is float32 at least. Each row's attention sums to 1 over its real steps and is 0 on padding.

    Args:
        scores: (B, T, S).
        values: (B, S, F).
        mask: (B, S), True where real, once in every row at least.
    """
    full = scores.to(torch.promote_types(scores.dtype, torch.float32))
    attention = F.softmax(full.masked_fill(~mask.unsqueeze(1), -torch.inf), dim=-1)
    return attention.to(values.dtype) @ values, attention

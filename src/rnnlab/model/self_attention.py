"""Self-attention over all steps of a sequence, on top of a classifier's recurrent layers.

Shapes: B rows, T steps, F features of a step, N heads of D = F / N features each.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.layer import State
from rnnlab.model.sequence import padding_mask
from rnnlab.model.settings import checked


class Attended(NamedTuple):
    """outputs: (B, T, F), zero past a row's length; state: the state for the next call, its parts
    (N, B, F) as in `State`, empty for attention that is not causal.
    """

    outputs: Tensor
    state: State


class SelfAttention(nn.Module):
    """Multi-head attention of the steps to each other (Vaswani et al. 2017, sections 3.2 and 5.4).

    head n:   A_n = softmax over real s of (q_t . k_s / sqrt(D))
              where q, k, v = W_q h, W_k h, W_v h are split into N heads
    outputs:  LayerNorm(h + dropout(W_o [A_1 v_1, ..., A_N v_N]))

    The recurrent layers below encode the order of the steps, so that no positions are added.

    Args:
        size: features of a step.
        num_heads: at least 1; divides `size`.
        dropout: probability in [0, 1) to drop a feature of the attention's output.

    Raises:
        ValueError: an argument outside its range; heads that do not divide the size.
    """

    causal = False
    state_shapes: tuple[tuple[int, int], ...] = ()

    def __init__(self, size: int, num_heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.size = checked("size", size)
        self.num_heads = checked("num_heads", num_heads)
        if size % num_heads:
            raise ValueError(f"num_heads={num_heads} must divide the {size} features of a step")
        self.queries_keys_values = nn.Linear(size, 3 * size)
        self.join = nn.Linear(size, size)
        self.norm = nn.LayerNorm(size)
        self.dropout = nn.Dropout(checked("attention_dropout", dropout))
        for matrix in (*self.queries_keys_values.weight.chunk(3), self.join.weight):
            nn.init.xavier_uniform_(matrix)
        nn.init.zeros_(self.queries_keys_values.bias)
        nn.init.zeros_(self.join.bias)

    def initial_state(self, batch_size: int) -> State:
        """Return an empty tuple: it has no state."""
        return ()

    def forward(self, outputs: Tensor, lengths: Tensor | None = None, state: State | None = None) -> Attended:
        """Attend over right-padded (B, T, F) with lengths (B,); None if every row is full.

        Raises:
            ValueError: a state.
        """
        if state:
            raise ValueError("self-attention takes no state: each step attends to the steps after it")
        mask = None if lengths is None else padding_mask(lengths, outputs.shape[1])  # (B, T)
        queries, keys, values = self._split(outputs)
        over = None if mask is None else mask[:, None, None]
        seen = F.scaled_dot_product_attention(queries, keys, values, over)  # (B, N, T, D)
        added = self.join(seen.transpose(1, 2).flatten(2))  # (B, T, F)
        attended = self.norm(outputs + self.dropout(added))
        return Attended(attended if mask is None else attended * mask.unsqueeze(-1), ())

    def weights(self, outputs: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return the attention weights (B, N, T, T): rows sum to 1 over real steps, and are 0 on padding.

        Padded steps have weights too, without meaning.
        """
        queries, keys, _ = self._split(outputs)
        scores = queries @ keys.transpose(2, 3) / keys.shape[-1] ** 0.5  # (B, N, T, T)
        if lengths is not None:
            padding = ~padding_mask(lengths, outputs.shape[1])
            scores = scores.masked_fill(padding[:, None, None], -torch.inf)
        return scores.softmax(dim=-1)

    def _split(self, outputs: Tensor) -> tuple[Tensor, ...]:
        """Map (B, T, F) to queries, keys and values (B, N, T, D)."""
        stacked = self.queries_keys_values(outputs).unflatten(2, (3, self.num_heads, -1))
        return stacked.permute(2, 0, 3, 1, 4).unbind()

    def extra_repr(self) -> str:
        return f"size={self.size}, num_heads={self.num_heads}"

"""Causal attention over the last steps, on top of a language model's recurrent layers.

Shapes: B rows, T steps, F features of a step, M steps of memory. Keys are the memory followed by the steps,
oldest first, M + T of them: step t attends to the keys t to t + M.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.layer import State
from rnnlab.model.self_attention import Attended
from rnnlab.model.sequence import padding_mask
from rnnlab.model.settings import checked

BLOCK = 128
"""Queries per block: a block attends to M keys more than it has queries, instead of all M + T."""


class CausalAttention(nn.Module):
    """The single head of a SHA-RNN (Merity 2019, section 3 and figure 2): one matrix, and a memory.

    q_t = sigmoid(a) LayerNorm(W x_t);  k_s = sigmoid(b) m_s;  v_s = sigmoid(c) m_s
    outputs:  x_t + dropout(sum over s of softmax over s of (q_t . k_s / sqrt(F)) v_s)

    where x and m are the steps, each after a layer normalisation, a, b and c are learned vectors, and s runs
    over step t itself and the M steps before it, from whichever call. The paper computes c by a gated layer
    during training; here it is a vector, which that layer amounts to after training.

    The state is m of the last M steps (M, B, F), and whether each of them is present (M, B, 1), 1 or 0: all
    zero is the empty state.

    Args:
        size: features of a step.
        memory: number of previous steps that are attended to, at least 1.
        dropout: probability in [0, 1) to drop a feature of the attention's output.

    Raises:
        ValueError: an argument outside its range.
    """

    causal = True

    def __init__(self, size: int, memory: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.size, self.memory = checked("size", size), checked("memory", memory)
        self.state_shapes: tuple[tuple[int, int], ...] = ((memory, size), (memory, 1))
        self.step_norm, self.memory_norm = nn.LayerNorm(size), nn.LayerNorm(size)
        self.query, self.query_norm = nn.Linear(size, size), nn.LayerNorm(size)
        self.query_scale = nn.Parameter(torch.zeros(size))
        self.key_scale = nn.Parameter(torch.zeros(size))
        self.value_scale = nn.Parameter(torch.zeros(size))
        self.dropout = nn.Dropout(checked("attention_dropout", dropout))
        nn.init.xavier_uniform_(self.query.weight)
        nn.init.zeros_(self.query.bias)

    def initial_state(self, batch_size: int) -> State:
        """Return an empty state: zeros of the weights' type and device."""
        return tuple(self.query.weight.new_zeros(n, batch_size, size) for n, size in self.state_shapes)

    def forward(self, outputs: Tensor, lengths: Tensor | None = None, state: State | None = None) -> Attended:
        """Attend over right-padded (B, T, F) with lengths (B,); None if every row is full.

        Args:
            state: the state to start from, as the last call returned it; None is the empty one.
        """
        steps = self.step_norm(outputs)
        remembered, there = self._remembered(outputs, state)  # (B, M + T, F), (B, M + T)
        queries = self._queries(steps)
        keys = torch.sigmoid(self.key_scale) * remembered
        values = torch.sigmoid(self.value_scale) * remembered
        seen = []
        for first in range(0, outputs.shape[1], BLOCK):
            block = queries[:, first : first + BLOCK]
            around = slice(first, first + block.shape[1] + self.memory)
            mask = there[:, None, around] & self._window(block.shape[1], block.device)
            seen.append(_attend(block, keys[:, around], values[:, around], mask))
        attended = steps + self.dropout(torch.cat(seen, dim=1))
        if lengths is not None:
            attended = attended * padding_mask(lengths, outputs.shape[1]).unsqueeze(-1)
        return Attended(attended, self._after(remembered, there, lengths))

    def weights(self, outputs: Tensor, lengths: Tensor | None = None, state: State | None = None) -> Tensor:
        """Return the attention weights (B, T, M + T), 0 on keys that a step cannot attend to; rows sum to 1.

        Padded steps have weights too, without meaning.
        """
        remembered, there = self._remembered(outputs, state)
        queries = self._queries(self.step_norm(outputs))
        scores = queries @ (torch.sigmoid(self.key_scale) * remembered).transpose(1, 2) / self.size**0.5
        seen = there.unsqueeze(1) & self._window(outputs.shape[1], outputs.device)
        return scores.masked_fill(~seen, -torch.inf).softmax(dim=-1)

    def _queries(self, steps: Tensor) -> Tensor:
        return torch.sigmoid(self.query_scale) * self.query_norm(self.query(steps))

    def _remembered(self, outputs: Tensor, state: State | None) -> tuple[Tensor, Tensor]:
        """Return memory and steps, normalised (B, M + T, F), and a mask of those present (B, M + T)."""
        memory, valid = self.initial_state(len(outputs)) if state is None else state
        new = self.memory_norm(outputs)
        known = valid.squeeze(2).t() > 0
        remembered = torch.cat((memory.transpose(0, 1).to(new.dtype), new), dim=1)
        return remembered, torch.cat((known, known.new_ones(new.shape[:2])), dim=1)

    def _window(self, num_steps: int, device: torch.device) -> Tensor:
        """Return a mask (T, M + T), True where a key is the step itself or one of the M before it."""
        step = torch.arange(num_steps, device=device).unsqueeze(1)
        key = torch.arange(num_steps + self.memory, device=device)
        return (key >= step) & (key <= step + self.memory)

    def _after(self, remembered: Tensor, there: Tensor, lengths: Tensor | None) -> State:
        """Return the last M keys up to each row's last real step."""
        if lengths is None:
            last, valid = remembered[:, -self.memory :], there[:, -self.memory :]
        else:
            key = lengths.unsqueeze(1) + torch.arange(self.memory, device=lengths.device)  # (B, M)
            row = torch.arange(len(lengths), device=lengths.device).unsqueeze(1)
            last, valid = remembered[row, key], there[row, key]
        return last.transpose(0, 1), valid.t().unsqueeze(2).to(last.dtype)

    def extra_repr(self) -> str:
        return f"size={self.size}, memory={self.memory}"


def _attend(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    """Return one head (B, S, F) from queries (B, S, F), keys, values (B, S + M, F) and mask (B, S, S + M)."""
    one = queries.unsqueeze(1), keys.unsqueeze(1), values.unsqueeze(1), mask.unsqueeze(1)
    return F.scaled_dot_product_attention(*one).squeeze(1)

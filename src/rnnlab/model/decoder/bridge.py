"""The decoder's first state. Shapes: B rows, L layers, O encoder features, F features of a state's part."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

LEARNED = 2  # hidden and cell state of an lstm


class Bridge(nn.Module):
    """A learned map from an encoder's final output to the first state of each layer of a decoder.

        h = tanh(W e + b)    and the same for an lstm's cell state

    Other parts of a state, such as the normaliser of an slstm, start from zero. Where no step reads the
    hidden state, the matrices are learned instead.

    Args:
        memory_size: features O of the encoder's final output, of both directions if it has two.
        num_layers: of the decoder.
        state_sizes: features of each part of its state, the hidden state first.
        first: number of the first part that a step reads.
    """

    def __init__(self, memory_size: int, num_layers: int, state_sizes: Sequence[int], first: int = 0) -> None:
        super().__init__()
        self.num_layers, self.first = num_layers, first
        learned = state_sizes if len(state_sizes) == LEARNED and not first else state_sizes[first : first + 1]
        maps = [nn.Linear(memory_size, num_layers * size) for size in learned]
        for layer in maps:
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.maps = nn.ModuleList(maps)

    def forward(self, final: Tensor, state: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Map the final output (B, O) and an empty state, parts (L, B, F), to the first state."""
        rows = len(final)
        parts = [
            torch.tanh(layer(final)).view(rows, self.num_layers, -1).transpose(0, 1).to(empty.dtype)
            for layer, empty in zip(self.maps, state[self.first :], strict=False)
        ]
        return (*state[: self.first], *parts, *state[self.first + len(parts) :])

"""Stacked recurrent layers over right-padded batches, in one direction or in both.

Shapes: B rows, T steps, I input features, H hidden size, O output size (H, or 2 H in both directions).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.model import check
from rnnlab.model.dropout import LockedDropout
from rnnlab.model.layer import State, make_layer, run_layer
from rnnlab.model.sequence import flip, flip_index, last_step, padding_mask


class Encoded(NamedTuple):
    """What an encoder says about a batch.

    outputs: (B, T, O), zero past a row's length; laid out step after step in memory.
    final: (B, O), the last real step; in both directions the last that each has read: not `outputs[:, -1]`.
    state: after each row's last real step, what `forward` takes to go on; None in both directions, and for an
        lstm that was given lengths but no state (`initial_state` is one): uneven rows need a slower pass.
    """

    outputs: Tensor
    final: Tensor
    state: State | None


class RecurrentEncoder(nn.Module):
    """Elman, LSTM or GRU layers: (B, T, I) to `Encoded`.

    Packing would leave the fast kernels of CPUs. A causal pass may run on into the padding, since no real
    step sees it; the other direction is a causal pass over the rows flipped by length.

    Args:
        cell: rnn (Elman 1990, tanh), lstm (Hochreiter & Schmidhuber 1997) or gru (Cho et al. 2014).
        input_size, hidden_size: features of a step, units of each layer and direction.
        num_layers: layers one above the other.
        bidirectional: also read each row from its end; then `causal` is False and no state goes in or out.
        dropout: probability in [0, 1) of a feature to be dropped between layers, one mask a sequence.

    Raises:
        ValueError: an argument outside its range; dropout with one layer.
    """

    def __init__(
        self,
        cell: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        check.positive("num_layers", num_layers)
        self.dropout = LockedDropout(dropout)
        if dropout and num_layers == 1:
            raise ValueError(f"dropout={dropout} needs num_layers > 1: it acts between layers")
        self.cell, self.input_size, self.hidden_size = cell, input_size, hidden_size
        self.num_layers, self.causal = num_layers, not bidirectional
        self.forward_layers, self.backward_layers = nn.ModuleList(), nn.ModuleList()
        size = input_size
        for _ in range(num_layers):
            self.forward_layers.append(make_layer(cell, size, hidden_size))
            if bidirectional:
                self.backward_layers.append(make_layer(cell, size, hidden_size))
            size = hidden_size * (2 if bidirectional else 1)
        self.output_size = size

    def initial_state(self, batch_size: int) -> State:
        """An empty state: zeros of the weights' type and device. Raises ValueError in both directions."""
        self._needs_causal()
        shape = (self.num_layers, batch_size, self.hidden_size)
        return tuple(next(self.parameters()).new_zeros(shape) for _ in range(self._state_size))

    def forward(self, inputs: Tensor, lengths: Tensor | None = None, state: State | None = None) -> Encoded:
        """Reads a batch.

        Args:
            inputs: (B, T, I), right-padded with anything finite.
            lengths: (B,), 1 to T each; None says that every row is full, which is the fastest.
            state: where to start, as the last call gave it; None starts from zeros.

        Raises:
            ValueError: a state in both directions or of another shape; lengths outside 1 to T.
        """
        self._check_inputs(inputs, lengths)
        steps = inputs.transpose(0, 1).contiguous()  # (T, B, I); an `Embedding` needs no copy here
        if state is not None:
            self._check_state(state, steps.shape[1])
            if lengths is not None and bool((lengths == len(steps)).all()):
                lengths = None
        return self._causal(steps, lengths, state) if self.causal else self._both_directions(steps, lengths)

    def _causal(self, steps: Tensor, lengths: Tensor | None, state: State | None) -> Encoded:
        after: list[State] = []
        for number, layer in enumerate(self.forward_layers):
            before = None if state is None else tuple(part[number, None].contiguous() for part in state)
            steps, reached = run_layer(layer, self._between(steps, number), lengths, before)  # (T, B, H)
            after += [] if reached is None else [reached]
        end = tuple(torch.cat(parts) for parts in zip(*after, strict=True)) or None
        outputs = steps if lengths is None else steps.masked_fill(_padding(steps, lengths), 0)
        return Encoded(outputs.transpose(0, 1), last_step(steps, lengths), end)

    def _both_directions(self, steps: Tensor, lengths: Tensor | None) -> Encoded:
        full = torch.full((steps.shape[1],), len(steps), device=steps.device) if lengths is None else lengths
        index = flip_index(full, len(steps))
        for number, (ahead, back) in enumerate(zip(self.forward_layers, self.backward_layers, strict=True)):
            steps = self._between(steps, number)
            read_ahead, read_back = ahead(steps)[0], flip(back(flip(steps, index))[0], index)
            steps = torch.cat((read_ahead, read_back), dim=-1)  # (T, B, 2 H)
        final = torch.cat((last_step(read_ahead, lengths), read_back[0]), dim=-1)
        if lengths is not None:
            steps.masked_fill_(_padding(steps, lengths), 0)  # in place: the joined copy is ours alone
        return Encoded(steps.transpose(0, 1), final, None)

    def _between(self, steps: Tensor, number: int) -> Tensor:
        return steps if number == 0 else self.dropout(steps.transpose(0, 1)).transpose(0, 1)

    @property
    def _state_size(self) -> int:
        return 2 if self.cell == "lstm" else 1

    def _needs_causal(self) -> None:
        if not self.causal:
            raise ValueError("bidirectional=True takes no state: it reads each row from both ends")

    def _check_inputs(self, inputs: Tensor, lengths: Tensor | None) -> None:
        if inputs.dim() != 3 or inputs.shape[-1] != self.input_size:
            raise ValueError(f"inputs of shape {tuple(inputs.shape)} must be (B, T, {self.input_size})")
        if lengths is None or lengths.device.type != "cpu" or torch.compiler.is_compiling():
            return  # elsewhere the check would make the device wait
        if len(lengths) != len(inputs) or not bool(((lengths >= 1) & (lengths <= inputs.shape[1])).all()):
            raise ValueError(f"lengths={lengths.tolist()} must be {len(inputs)} of 1 to {inputs.shape[1]}")

    def _check_state(self, state: State, batch_size: int) -> None:
        self._needs_causal()
        shape = (self.num_layers, batch_size, self.hidden_size)
        if len(state) != self._state_size or any(part.shape != shape for part in state):
            shapes = [tuple(part.shape) for part in state]
            raise ValueError(f"state of shapes {shapes} must be {self._state_size} of {shape}")


def _padding(steps: Tensor, lengths: Tensor) -> Tensor:
    return ~padding_mask(lengths, len(steps)).t().unsqueeze(-1)  # (T, B, 1)

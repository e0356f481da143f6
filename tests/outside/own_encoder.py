"""The mean of what has been read so far: no gates and no order, a floor for every recurrent net."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.encoder import Encoded
from rnnlab.model.layer import State
from rnnlab.model.sequence import padding_mask


class RunningMean(nn.Module):
    """(B, T, I) to the mean of a linear map of the steps so far (B, T, H)."""

    causal = True

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.input_size, self.output_size = input_size, hidden_size
        self.linear = nn.Linear(input_size, hidden_size)

    def initial_state(self, batch_size: int) -> State:
        """The sum and the number of the steps before the first: zeros (1, B, H)."""
        zeros = self.linear.weight.new_zeros(1, batch_size, self.output_size)
        return zeros, zeros

    def forward(self, inputs: Tensor, lengths: Tensor | None = None, state: State | None = None) -> Encoded:
        values = self.linear(inputs)  # (B, T, H)
        if lengths is None:
            lengths = torch.full((len(inputs),), inputs.shape[1], device=inputs.device)
        real = padding_mask(lengths, inputs.shape[1]).unsqueeze(-1)  # (B, T, 1)
        sums = (values * real).cumsum(1)
        counts = real.expand_as(values).cumsum(1)
        before = self.initial_state(len(inputs)) if state is None else state
        sums, counts = (now + then.transpose(0, 1) for now, then in zip((sums, counts), before, strict=True))
        outputs = sums / counts * real
        final = outputs[torch.arange(len(inputs)), lengths - 1]  # (B, H)
        return Encoded(outputs, final, (sums[None, :, -1], counts[None, :, -1]))

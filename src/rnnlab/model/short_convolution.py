"""A short causal convolution before a recurrent layer.

Shapes: B rows, T steps, I input features, K steps that the convolution reads; steps are time-major (T, B, I).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.layer import Layer, LayerOutput, State


class Convolved(Layer):
    """A layer behind a short causal convolution of each feature by itself (De et al. 2024; Gu & Dao 2023).

        z_t = b + sum_j w_j x_{t-j},  j = 0 to K - 1;    outputs = layer(z)

    The K - 1 last inputs are the last part of the state, (B, (K - 1) I). There is no nonlinearity. The
    weights start like torch's, uniform within 1 / sqrt(K).

    Args:
        layer: the layer that reads the result. size: K, at least 2.
    """

    def __init__(self, layer: Layer, size: int) -> None:
        super().__init__()
        self.layer, self.size = layer, size
        self.input_size, self.hidden_size = layer.input_size, layer.hidden_size
        self.output_size, self.first_read = layer.output_size, layer.first_read
        self.reads_elapsed = layer.reads_elapsed
        self.state_sizes = (*layer.state_sizes, (size - 1) * layer.input_size)
        self.weight = nn.Parameter(torch.empty(size, layer.input_size))
        self.bias = nn.Parameter(torch.zeros(layer.input_size))
        nn.init.uniform_(self.weight, -(size**-0.5), size**-0.5)

    def operations(self) -> int:
        return self.weight.numel() + self.layer.operations()

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None, *times: Tensor
    ) -> LayerOutput:
        """Map (T, B, I), with the elapsed time where the layer reads it, to `LayerOutput`."""
        num_steps, rows, features = steps.shape
        if state is None:
            past = steps.new_zeros(self.size - 1, rows, features)
        else:
            past = state[-1][0].view(rows, self.size - 1, features).transpose(0, 1)
        joined = torch.cat((past, steps))  # (K - 1 + T, B, I)
        mixed = self.bias.to(joined.dtype)
        for place, weight in enumerate(self.weight.flip(0).unbind()):  # of the oldest input first
            mixed = torch.addcmul(mixed, joined[place : place + num_steps], weight)  # (T, B, I)
        outputs, after = self.layer(mixed, lengths, None if state is None else state[:-1], *times)
        if after is None:
            return LayerOutput(outputs, None)
        if lengths is None:
            window = joined[num_steps:]  # (K - 1, B, I)
        else:
            window = joined[
                lengths + torch.arange(self.size - 1, device=lengths.device).unsqueeze(1),
                torch.arange(rows, device=lengths.device),
            ]
        return LayerOutput(outputs, (*after, window.transpose(0, 1).reshape(1, rows, -1)))


def convolved(layer: Layer, size: int) -> Layer:
    """Return the layer behind a convolution over `size` steps; the layer itself for 0."""
    return Convolved(layer, size) if size else layer

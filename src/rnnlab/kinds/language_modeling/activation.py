"""Penalties on the outputs of a recurrent net. Shapes: B lanes, T steps, O features."""

from __future__ import annotations

import torch
from torch import Tensor

from rnnlab.kinds.language_modeling.settings import checked


class ActivationPenalty:
    """Activation and temporal activation regularisation (Merity, McCann and Socher 2017).

    alpha * mean(d(h_t)^2) + beta * mean((h_t - h_{t-1})^2), means over lanes, steps and features: h is what
    the last layer puts out, d(h) the same after dropout, as the softmax reads it. The first keeps outputs
    small, the second keeps them from leaping. The loss of Merity et al. 2018 has alpha 2 and beta 1.

    Args:
        activation, temporal: alpha and beta, at least 0.
    """

    def __init__(self, activation: float = 0.0, temporal: float = 0.0) -> None:
        names = ("activation_regularization", "temporal_activation_regularization")
        for name, value in zip(names, (activation, temporal), strict=True):
            checked(name, value)
        self.activation, self.temporal = activation, temporal

    @property
    def active(self) -> bool:
        return bool(self.activation or self.temporal)

    def __call__(self, outputs: Tensor, dropped: Tensor, lengths: Tensor) -> Tensor:
        """Return the scalar penalty; outputs and dropped outputs are (B, T, O), lengths (B,) are real."""
        steps = torch.arange(outputs.size(1), device=outputs.device)
        real = (steps < lengths.unsqueeze(1)).unsqueeze(-1)  # (B, T, 1)
        total = outputs.new_zeros((), dtype=torch.promote_types(outputs.dtype, torch.float32))
        if self.activation:
            total = total + self.activation * mean_square(dropped, real)
        if self.temporal:
            total = total + self.temporal * mean_square(outputs[:, 1:] - outputs[:, :-1], real[:, 1:])
        return total


def mean_square(values: Tensor, real: Tensor) -> Tensor:
    """Return the mean square of values (B, T, O) where `real` (B, T, 1) is true; 0 where nothing is."""
    squares = values.to(torch.promote_types(values.dtype, torch.float32)).square()
    count = real.sum().clamp(min=1) * values.size(-1)
    return squares.masked_fill(~real, 0).sum() / count

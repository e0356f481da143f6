"""The interface of networks that score the times of a series.

Shapes: B rows, T times, F features of a time, C channels, A numbers of steps ahead, P parameters.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.encoded import Encoded
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.layer import State
from rnnlab.model.sequence import elapsed_time


class ScoringNetwork(nn.Module):
    """Says what to expect of each value, as parameters of a distribution or as a plain number.

    Attributes:
        channels: C; num_parameters: P, numbers for each expected value.
        ahead: how many steps after its inputs each expectation stands; (0,) for a reconstruction.
        window: times of a window, which is read from an empty state; 0 for a network with a carried state.
        every: windows end at each time whose number is a multiple of it.
        measure: how an expectation and a value make an error.
    """

    encoder: RecurrentEncoder
    channels: int
    num_parameters: int = 1
    ahead: tuple[int, ...] = (0,)
    window: int = 0
    every: int = 1
    measure: str = "absolute"

    def forward(self, inputs: Tensor, state: State | None = None) -> tuple[Tensor, State | None]:
        """Map (B, T, F) to expectations (B, T, A, C, P) and the state after the last time."""
        raise NotImplementedError(f"{type(self).__name__} has no forward()")

    def encode(self, inputs: Tensor, state: State | None = None) -> Encoded:
        """Encode steps (B, T, F): C values, whether each is observed, the logarithm of 1 + the time since the
        step before, and covariates.
        """
        elapsed = elapsed_time(inputs[..., 2 * self.channels]) if self.encoder.reads_elapsed else None
        encoded: Encoded = self.encoder(squash(inputs), None, state, elapsed)
        return encoded

    def losses(self, expected: Tensor, values: Tensor) -> Tensor:
        """Map expectations (..., P) of values (...) to the loss of each (...)."""
        raise NotImplementedError(f"{type(self).__name__} has no losses()")

    def loss(self, inputs: Tensor, values: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        """Return the sum of the losses of values that are there, and their number, both scalars.

        Args:
            inputs: (B, T, F). values: (B, T, C). real: (B, T, C), False where a value is missing or padding.
        """
        expected, _ = self(inputs)  # (B, T, A, C, P)
        total, count = values.new_zeros(()), values.new_zeros(())
        for place, step in enumerate(self.ahead):
            if step >= values.shape[1]:
                continue
            wanted, there = values[:, step:], real[:, step:]  # (B, T - step, C)
            losses = self.losses(expected[:, : wanted.shape[1], place], wanted)
            total = total + losses.masked_fill(~there, 0).sum()
            count = count + there.sum()
        return total, count


def squash(values: Tensor) -> Tensor:
    """Return sign(x) log(1 + |x|): a value far outside its usual range saturates no gate."""
    return torch.sign(values) * torch.log1p(values.abs())

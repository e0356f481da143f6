"""The interface of recurrent layers: one direction, causal, with an explicit state.

Shapes: B rows, T steps, I input features, O output features; steps are time-major.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

State = tuple[Tensor, ...]
"""Parts (num_layers, B, F), the first of them the hidden state; all zero is the empty state."""

Times = tuple[Tensor, ...]
"""The time since the step before, (T, B) in usual steps, for layers that read it; else nothing."""


class LayerOutput(NamedTuple):
    """outputs: (T, B, O), arbitrary but finite past a row's length; state: parts (1, B, F) after each row's
    last real step, None only of a fused lstm that was given lengths and no state.
    """

    outputs: Tensor
    state: State | None


class Layer(nn.Module):
    """A layer that maps (T, B, I) to `LayerOutput`.

    It is called with steps (T, B, I), lengths (B,) or None if every row is full, and a state or None.

    Attributes:
        input_size, hidden_size, output_size: features of an input step, units, output features.
        state_sizes: features of each part of the state.
        first_read: number of the first part that a step reads: 1 where the output goes into no later step.
        bridged: whether a decoder's first state is a learned map of the encoder's output, or empty.
        reads_elapsed: whether a fourth argument may say how much time has passed since the step before,
            (T, B) in usual steps; without it, it is 1 everywhere.
    """

    input_size: int
    hidden_size: int
    output_size: int
    state_sizes: tuple[int, ...]
    first_read: int = 0
    bridged: bool = True
    reads_elapsed: bool = False
    elementwise: tuple[str, ...] = ()
    """Names of two-dimensional parameters that multiply element by element, and so are no matrices."""
    rates: tuple[str, ...] = ()
    """Names of parameters that set how fast single units or heads forget or turn, and of gains beside them:
    a pull to zero would change what they stand for. They are the kind `rate` of `task.no_decay`."""

    def operations(self) -> int:
        """Return the multiply-adds of a step: each weight matrix once, and `state_products`."""
        matrices = [p for name, p in self.named_parameters() if p.dim() > 1 and name not in self.elementwise]
        return sum(matrix.numel() for matrix in matrices) + self.state_products()

    def state_products(self) -> int:
        """Return the multiply-adds of a step's products with matrices of the state; 0 if there are none."""
        return 0

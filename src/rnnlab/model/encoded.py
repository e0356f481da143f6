"""The output of every encoder. Shapes: B rows, T steps, O output features."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from rnnlab.model.layer import State


class Encoded(NamedTuple):
    """An encoder's output for a batch.

    outputs: (B, T, O), zero past a row's length; without attention in time-major memory layout.
    final: (B, O), the last real step; in both directions the outputs at the end of each one's reading,
        concatenated (not `outputs[:, -1]`), or the mean of a row's two ends if `mixing` or attention joins
        them.
    state: after each row's last real step, as `forward` takes it to continue; None in both directions, and
        for a fused lstm that was given lengths but no state (`initial_state` is one): uneven rows need a
        slower pass.
    """

    outputs: Tensor
    final: Tensor
    state: State | None

"""What every encoder gives. Shapes: B rows, T steps, O output features."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from rnnlab.model.layer import State


class Encoded(NamedTuple):
    """What an encoder says about a batch.

    outputs: (B, T, O), zero past a row's length; without attention laid out step after step in memory.
    final: (B, O), the last real step; in both directions what each says at the end of its reading, side by
        side (not `outputs[:, -1]`), or the mean of a row's two ends where `mixing` or attention joins them.
    state: after each row's last real step, what `forward` takes to go on; None in both directions, and for a
        fused lstm that was given lengths but no state (`initial_state` is one): uneven rows need a slower
        pass.
    """

    outputs: Tensor
    final: Tensor
    state: State | None

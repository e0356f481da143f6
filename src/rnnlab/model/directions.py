"""A layer for each direction of a text, over right-padded steps.

Shapes: B rows, T steps, I input features, H features of a direction; steps are time-major.
"""

from __future__ import annotations

from torch import Tensor, nn

from rnnlab.model.fused import Fused
from rnnlab.model.sequence import flip
from rnnlab.model.side_by_side import fits_side_by_side, side_by_side


def read_both_ways(ahead: nn.Module, back: nn.Module, steps: Tensor, index: Tensor) -> tuple[Tensor, Tensor]:
    """What each direction says (T, B, H) of steps (T, B, I), in the order of the text.

    On a CPU the two are read at once where both layers compute in one kernel and draw no random numbers.

    Args:
        index: (T * B,) of `flip_index`.
    """

    def along(steps: Tensor) -> Tensor:
        outputs: Tensor = ahead(steps).outputs
        return outputs

    def against(steps: Tensor) -> Tensor:
        return flip(back(flip(steps, index)).outputs, index)

    if fits_side_by_side(steps) and all(isinstance(x, Fused) and not x.draws for x in (ahead, back)):
        return side_by_side(along, against, steps, (ahead.parameters(), back.parameters()))
    return along(steps), against(steps)

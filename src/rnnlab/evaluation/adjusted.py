"""Log probabilities of a classifier at a prior and a temperature. Shapes: N rows, C classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def adjusted(logits: Tensor, shift: Sequence[float] | None, temperature: float) -> Tensor:
    """Return log probabilities (N, C) float64 from logits, or log probabilities, (N, C).

    The same steps as in a run's test: first moved to its prior, then divided by the temperature.

    Args:
        shift: what is added to the log probability of each class (C,); None adds nothing.
    """
    logs = logits.double().log_softmax(dim=1)
    if shift is not None:
        logs = (logs + logs.new_tensor(shift)).log_softmax(dim=1)
    return (logs / temperature).log_softmax(dim=1)

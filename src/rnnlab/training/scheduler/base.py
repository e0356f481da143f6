"""What a task asks of any schedule of the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pytorch_lightning import Trainer
    from torch.optim import Optimizer


class Scheduler(Protocol):
    """A schedule that can be put on an optimizer."""

    def build(self, optimizer: Optimizer, trainer: Trainer, monitor: str, mode: str) -> dict[str, Any]:
        """Lightning's `lr_scheduler` entry of `configure_optimizers`.

        Args:
            monitor, mode: the metric that a plateau follows, and whether `min` or `max` is better.
        """
        ...


def number_in(name: str, value: float, low: float, high: float, ends: str = "[]") -> float:
    """The value, when it lies between `low` and `high`; `ends` such as "[)" says whether they belong.

    Raises:
        ValueError: naming the argument, its value and the range.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    above = number and (value > low or (ends[0] == "[" and value == low))
    below = number and (value < high or (ends[1] == "]" and value == high))
    if not (above and below):
        raise ValueError(f"{name}={value} must be in {ends[0]}{low}, {high}{ends[1]}")
    return float(value)

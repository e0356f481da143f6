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

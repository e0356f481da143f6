"""The interface of learning rate schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pytorch_lightning import Trainer
    from torch.optim import Optimizer


class Scheduler(Protocol):
    """A learning rate schedule that can be attached to an optimizer."""

    def build(self, optimizer: Optimizer, trainer: Trainer, monitor: str, mode: str) -> dict[str, Any]:
        """Return Lightning's `lr_scheduler` entry of `configure_optimizers`.

        Args:
            monitor, mode: the metric that a plateau follows, and whether `min` or `max` is better.
        """
        ...

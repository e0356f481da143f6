"""A learning rate that falls when the monitored metric stops improving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rnnlab.rule import checked as checked_by
from rnnlab.training.settings import INSIDE, checked

if TYPE_CHECKING:
    from pytorch_lightning import Trainer
    from torch.optim import Optimizer


@dataclass(frozen=True)
class Plateau:
    """Multiplies the rate by `factor` when more than `patience` validations in a row did not beat the best.

    Args:
        factor: in (0, 1).
        patience: validations without improvement that are tolerated, 0 or more.
        final: lower bound of the rate, as a fraction of its start, in [0, 1].
    """

    factor: float = 0.5
    patience: int = 1
    final: float = 0.001

    def __post_init__(self) -> None:
        checked_by("factor", self.factor, INSIDE)
        checked("scheduler.final", self.final)
        checked("patience", self.patience)

    def build(self, optimizer: Optimizer, trainer: Trainer, monitor: str, mode: str) -> dict[str, Any]:
        """Return Lightning's `lr_scheduler` entry, which reads `monitor` after each validation."""
        from torch.optim.lr_scheduler import ReduceLROnPlateau

        lowest = [self.final * group["lr"] for group in optimizer.param_groups]
        scheduler = ReduceLROnPlateau(optimizer, mode, self.factor, self.patience, min_lr=lowest)  # type: ignore[arg-type]
        every = trainer.check_val_every_n_epoch or 1
        return {"scheduler": scheduler, "monitor": monitor, "interval": "epoch", "frequency": every}

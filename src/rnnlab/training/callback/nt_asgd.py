"""NT-ASGD: weight averaging that begins when the validation metric stops improving."""

from __future__ import annotations

import logging
from typing import Any

import pytorch_lightning as pl

from rnnlab.training.callback.average import Average
from rnnlab.training.settings import checked

log = logging.getLogger("rnnlab")


class NonMonotonicAverage(Average):
    """The mean of all weights since the monitored metric was no better than `patience` validations earlier.

    NT-ASGD (Merity et al. 2018, algorithm 1): until then validations use the weights themselves. The paper
    trains with plain SGD at a constant rate (optimizer=sgd scheduler=constant).

    Args:
        monitor, mode: the validation metric and whether `min` or `max` is better.
        patience: validations n >= 1; averaging begins once the newest value is worse than the best of those
            that are more than n validations old.
    """

    def __init__(self, monitor: str, mode: str, patience: int = 5) -> None:
        super().__init__()
        checked("callback.average.patience", patience)
        checked("mode", mode)
        self.monitor, self.mode, self.patience = monitor, mode, patience
        self.started = False
        self._seen: list[float] = []

    def share(self, trainer: pl.Trainer) -> float:
        """Return 1 / n at the n-th step of the average."""
        self.updates += self.started
        return 1 / max(self.updates, 1)

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        super().on_validation_end(trainer, pl_module)
        if trainer.state.fn != "fit" or trainer.sanity_checking or self.started:
            return
        value = float(trainer.callback_metrics[self.monitor])
        older = self._seen[: -self.patience]
        best = (min if self.mode == "min" else max)(older, default=None)
        self._seen.append(value)
        if best is not None and (value > best if self.mode == "min" else value < best):
            self.started = True
            log.info(
                "%s stands still: weights are averaged from step %d on", self.monitor, trainer.global_step
            )

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "started": self.started, "seen": list(self._seen)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self.started, self._seen = state_dict["started"], list(state_dict["seen"])

"""Pruning: stop a training that does worse than others of its sweep did at the same point."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytorch_lightning as pl

log = logging.getLogger("rnnlab")


class Pruning(pl.Callback):
    """Reports the metric of each validation, and stops the training cleanly if the sweep asks for it.

    Args:
        monitor: the metric.
        report: takes the number of the validation (1, 2, ..., continued by a resumed run) and the value;
            returns whether to stop. Its exceptions are logged, and the training continues.
        begin: called once as the training begins, with the number of validations reported so far.

    Attributes:
        pruned: whether `report` asked to stop.
    """

    def __init__(
        self,
        monitor: str,
        report: Callable[[int, float], bool],
        begin: Callable[[int], None] | None = None,
    ) -> None:
        self.monitor, self.report, self.begin = monitor, report, begin
        self.validations, self.pruned = 0, False

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        trainer.should_stop |= self.pruned  # it was killed before it could stop
        if self.begin is not None and trainer.is_global_zero:
            self.begin(self.validations)

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.sanity_checking or trainer.state.fn != "fit":
            return
        if self.monitor not in trainer.callback_metrics:
            there = ", ".join(sorted(trainer.callback_metrics))
            raise ValueError(f"sweep.metric={self.monitor} is not among what was logged: {there}")
        self.validations += 1
        bad = trainer.is_global_zero and self._ask(float(trainer.callback_metrics[self.monitor]))
        if trainer.strategy.reduce_boolean_decision(bad, all=False):
            self.pruned = trainer.should_stop = True

    def _ask(self, value: float) -> bool:
        try:
            return self.report(self.validations, value)
        except Exception as error:  # a lock or a full disk must not end a training
            log.warning("the pruner could not be asked: %s: %s", type(error).__name__, error)
            return False

    def state_dict(self) -> dict[str, Any]:
        return {"validations": self.validations, "pruned": self.pruned}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.validations, self.pruned = state_dict["validations"], state_dict["pruned"]

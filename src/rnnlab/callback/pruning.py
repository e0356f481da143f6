"""Tells a sweep of each validation, and ends the training when the sweep gives it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytorch_lightning as pl


class Pruning(pl.Callback):
    """Reports a metric at each validation; the number of the validation goes on over a resume.

    `pruned` says whether the training was given up.

    Args:
        monitor: the metric.
        report: told the number of the validation, from 1, and the metric; answers whether to end.
    """

    def __init__(self, monitor: str, report: Callable[[int, float], bool]) -> None:
        self.monitor, self.report = monitor, report
        self.step, self.pruned = 0, False

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.state.fn != "fit" or trainer.sanity_checking:
            return
        if self.monitor not in trainer.callback_metrics:
            return
        self.step += 1
        told = trainer.is_global_zero and self.report(
            self.step, float(trainer.callback_metrics[self.monitor])
        )
        self.pruned = bool(trainer.strategy.reduce_boolean_decision(bool(told), all=False))
        if self.pruned:
            trainer.should_stop = True

    def state_dict(self) -> dict[str, Any]:
        return {"step": self.step}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.step = state_dict["step"]

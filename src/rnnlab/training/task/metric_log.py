"""The one way to log: a row of plain numbers under the epoch and the number of optimizer steps done."""

from __future__ import annotations

from collections.abc import Mapping

import pytorch_lightning as pl


def log_row(trainer: pl.Trainer, metrics: Mapping[str, float]) -> None:
    """Send `metrics` to every logger, with `epoch` (from 0) and the optimizer steps done so far.

    `LightningModule.log` counts steps from 0, rounds to float32 and costs time in every step that calls it;
    it is used only for metrics that callbacks monitor.
    """
    if trainer.sanity_checking or not metrics:
        return
    row = {**metrics, "epoch": trainer.current_epoch}
    for logger in trainer.loggers:
        logger.log_metrics(row, trainer.global_step)

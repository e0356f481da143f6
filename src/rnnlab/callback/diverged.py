"""Ends a training whose loss is no number any more."""

from __future__ import annotations

import math
from typing import Any

import pytorch_lightning as pl


class Diverged(RuntimeError):
    """The loss is no number any more."""


class StopWhenDiverged(pl.Callback):
    """Looks at the loss whenever a row is logged, which waits for the device anyway."""

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        step = trainer.global_step
        if step % trainer.log_every_n_steps or not outputs:  # type: ignore[attr-defined]
            return
        loss = outputs.get("loss")
        if loss is not None and not math.isfinite(float(loss)):
            rule = "a smaller optimizer.lr, a longer scheduler.warmup or trainer.gradient_clip_val may help"
            raise Diverged(f"the loss became {float(loss)} by step {step}; {rule}")

"""The range test inside a training: a new rate for every optimizer step."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl

from rnnlab.bar import Bar
from rnnlab.commands.tune.learning_rate import has_diverged, rate_at, smoothed


class RangeTest(pl.Callback):
    """Raises all groups' rates by equal factors and keeps the loss of each step; stops at divergence.

    Args:
        base: `optimizer.lr`, to which the other groups' rates are relative.
        lowest, highest: the rates of the first and the last step.
        steps: optimizer steps.
    """

    def __init__(self, base: float, lowest: float, highest: float, steps: int) -> None:
        self.base, self.lowest, self.highest, self.steps = base, lowest, highest, steps
        self.rates: list[float] = []
        self.losses: list[float] = []
        self._bases: list[float] = []
        self._loss = 0.0
        self._bar: Bar | None = None

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._bases = [group["lr"] for group in trainer.optimizers[0].param_groups]
        self._bar = Bar(None, "learning rates", self.steps, "step", stays=False)

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        factor = rate_at(len(self.rates), self.steps, self.lowest, self.highest) / self.base
        for group, rate in zip(trainer.optimizers[0].param_groups, self._bases, strict=True):
            group["lr"] = rate * factor

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._loss += float(outputs["loss"])  # of accumulated batches each is divided by their number
        if trainer.global_step == len(self.rates):
            return
        self.rates.append(rate_at(len(self.rates), self.steps, self.lowest, self.highest))
        self.losses.append(self._loss)
        self._loss = 0.0
        assert self._bar is not None
        self._bar.update()
        if len(self.rates) == self.steps or has_diverged(smoothed(self.losses)):
            self._bar.close()
            trainer.should_stop = True

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        if self._bar is not None:
            self._bar.close()

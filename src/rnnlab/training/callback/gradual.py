"""Gradual unfreezing: layers start to train one after the other, from the head down."""

from __future__ import annotations

import logging

import pytorch_lightning as pl
from pytorch_lightning.callbacks import Callback

from rnnlab.training.optimizer.groups import depths_of
from rnnlab.training.settings import checked

log = logging.getLogger("rnnlab")


class GradualUnfreezing(Callback):
    """Trains the head alone at first, and one more layer below after every `epochs` (Howard & Ruder 2018).

    Layers are those of `rnnlab.training.optimizer.groups.depths_of`. A frozen layer gets no gradient and no
    step. The state depends on the epoch's number alone, so that a resumed run needs no saved state.

    Args:
        epochs: number of epochs between two layers; 0 trains all from the start.
    """

    def __init__(self, epochs: int = 0) -> None:
        checked("callback.gradual.epochs", epochs)
        self.epochs = epochs
        self._trainable: set[int] = set()
        self._reached = -1

    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._trainable = {id(p) for p in pl_module.parameters() if p.requires_grad}
        self._reached = -1

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._set(trainer, pl_module)  # a run resumed within an epoch gets no start of it

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._set(trainer, pl_module)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._thaw(pl_module)

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        self._thaw(pl_module)

    def _set(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if not self.epochs:
            return
        reached = trainer.current_epoch // self.epochs
        depths = depths_of(pl_module.network)  # type: ignore[arg-type]
        for parameter in pl_module.parameters():
            if id(parameter) in self._trainable:
                parameter.requires_grad_(depths.get(id(parameter), 0) <= reached)
                parameter.grad = parameter.grad if parameter.requires_grad else None
        if reached != self._reached and reached <= max(depths.values()):
            log.info("epoch %d: the head and %d layers below it learn", trainer.current_epoch + 1, reached)
        self._reached = reached

    def _thaw(self, pl_module: pl.LightningModule) -> None:
        for parameter in pl_module.parameters():
            if id(parameter) in self._trainable:
                parameter.requires_grad_(True)

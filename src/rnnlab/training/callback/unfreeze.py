"""Word vectors that stay frozen for the first epochs."""

from __future__ import annotations

import logging
from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.callbacks import Callback

from rnnlab.training.settings import checked

log = logging.getLogger("rnnlab")


class UnfreezeEmbedding(Callback):
    """Keeps word vectors frozen for the first epochs, while the random layers above them settle.

    It acts on every module with a flag `frozen`; an ensemble has several. The state depends on the epoch's
    number alone, so that a resumed run needs no saved state.

    Args:
        epochs: how many epochs the vectors stay fixed; 0 trains them from the start.
    """

    def __init__(self, epochs: int) -> None:
        checked("callback.unfreeze.epochs", epochs)
        self.epochs = epochs

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._set(trainer, pl_module)  # a run resumed within an epoch gets no start of it

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._set(trainer, pl_module)

    def _set(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        frozen = trainer.current_epoch < self.epochs
        embeddings: list[Any] = [module for module in pl_module.modules() if hasattr(module, "frozen")]
        if not frozen and any(embedding.frozen for embedding in embeddings):
            log.info("the word vectors are trained from epoch %d on", trainer.current_epoch + 1)
        for embedding in embeddings:
            embedding.frozen = frozen

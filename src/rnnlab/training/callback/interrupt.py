"""Graceful stop after a signal: the batch is finished, last.ckpt is written, then the training stops."""

from __future__ import annotations

import time
from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.callbacks import Checkpoint

from rnnlab.training.callback.checkpoint import LastCheckpoint
from rnnlab.training.callback.get_callback import get_callback
from rnnlab.training.callback.pruning import Pruning
from rnnlab.training.callback.signals import INTERRUPTED, PREEMPTED, SIGNALS
from rnnlab.training.loop.inside import leave_signals


class GracefulStop(Checkpoint):
    """Stops after the current batch at the first SIGINT, SIGTERM, USR1 or USR2, saved in mid-epoch by the
    LastCheckpoint callback, and immediately at the second SIGINT. If a validation follows the batch it is
    finished first, and accumulated gradients are applied first. Outside of training a signal stops at once.

    It is a Checkpoint, so that Lightning runs it after the callbacks whose state it saves.

    Args:
        patience: seconds that a validation may still take after a signal of the cluster; after that
            last.ckpt stays as it was. Ctrl-C waits for the validation.
    """

    def __init__(self, patience: float = 15.0) -> None:
        self.stopped = False
        self.patience = patience
        self._installed = False
        self._seen: float | None = None  # when a validation first noticed the signal

    def setup(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        # Lightning would answer SIGTERM by a broadcast in the handler, and USR1 by requeueing the job itself.
        leave_signals(trainer)
        SIGNALS.waits, self._seen = False, None
        self._installed |= SIGNALS.install()

    def teardown(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        self._restore()

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        SIGNALS.waits = False
        self._restore()

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if SIGNALS.code is not None and not SIGNALS.follows:  # it came where exceptions are swallowed
            self._stop(saved=False)
        SIGNALS.waits = True

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        if batch_idx == 0 and trainer.global_step and self._is_requested(trainer):
            self._stop(saved=True)  # LastCheckpoint has just written it

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        if self._is_requested(trainer) and is_resumable(trainer, batch_idx):
            pl_module.on_train_batch_end(outputs, batch, batch_idx)  # Lightning would call it after this
            last = get_callback(trainer, LastCheckpoint)
            if last is not None:
                last.save(trainer)
            self._stop(saved=last is not None)

    def on_validation_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        if SIGNALS.code in (None, INTERRUPTED) or SIGNALS.follows or not SIGNALS.waits:
            return
        self._seen = self._seen or time.monotonic()
        if time.monotonic() - self._seen > self.patience:
            self._stop(saved=False)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        pruning = get_callback(trainer, Pruning)
        if self._is_requested(trainer) and not (pruning is not None and pruning.pruned):
            self._stop(saved=True)
        SIGNALS.waits = False

    def _is_requested(self, trainer: pl.Trainer) -> bool:
        requested = SIGNALS.code is not None
        if trainer.world_size > 1:  # all processes stop after the same batch
            requested = bool(trainer.strategy.reduce_boolean_decision(requested, all=False))
            if requested:  # otherwise a signal that came during the decision counts in the next one
                SIGNALS.code = SIGNALS.code or PREEMPTED
        return requested

    def _stop(self, saved: bool) -> None:
        self.stopped = True
        raise SIGNALS.leave(saved)

    def _restore(self) -> None:
        if self._installed:
            SIGNALS.restore()
            self._installed = False


def is_resumable(trainer: pl.Trainer, batch_idx: int) -> bool:
    """Return whether a run can resume exactly from the end of this batch.

    It cannot while gradients are accumulating, nor where a validation or the end of the training may follow:
    Lightning cannot resume those.
    """
    loop, every = trainer.fit_loop, trainer.val_check_batch
    if trainer.should_stop or loop.epoch_loop.batch_progress.is_last_batch:
        return False
    if (batch_idx + 1) % trainer.accumulate_grad_batches:
        return False
    validates = isinstance(every, int) and 0 in ((batch_idx + 1) % every, (loop.total_batch_idx + 1) % every)
    return not validates

"""Ctrl-C that loses nothing: the batch is finished, last.ckpt is written, then the training stops."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.callbacks import Checkpoint

from rnnlab.callback.checkpoint import LastCheckpoint
from rnnlab.callback.find import find

NOTICE = b"\nstopping after this batch and saving; Ctrl-C again stops at once, without saving\n"


class Interrupted(BaseException):
    """Leaves `trainer.fit` and `trainer.test` after Ctrl-C; `saved` says whether last.ckpt holds this very
    step.

    It is no KeyboardInterrupt, because Lightning answers one by ignoring SIGINT from then on and leaving the
    process.
    """

    def __init__(self, saved: bool) -> None:
        self.saved = saved
        super().__init__("interrupted, saved in last.ckpt" if saved else "interrupted")


class GracefulStop(Checkpoint):
    """Stops at the first SIGINT (or SIGTERM) after the batch in hand, saved in mid-epoch by the
    LastCheckpoint callback, and at the second at once. Where a validation follows the batch it is waited for,
    and accumulated gradients are used first. Outside of training one SIGINT is enough.

    A Checkpoint, so that Lightning runs it after the callbacks whose state it saves. Handlers exist in the
    main thread only.
    """

    def __init__(self) -> None:
        self.stopped = False
        self._requested = False
        self._training = False
        self._previous: Any = None

    def setup(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        self._requested = self._training = False
        if threading.current_thread() is threading.main_thread() and self._previous is None:
            self._previous = signal.signal(signal.SIGINT, self._on_signal)

    def teardown(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        self._restore()

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        if self._previous is not None:  # Lightning puts back all handlers after this, ours among them
            trainer._signal_connector._original_handlers[signal.SIGINT] = self._previous
        self._restore()

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._training = True

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
            last = find(trainer, LastCheckpoint)
            if last is not None:
                last.save(trainer)
            self._stop(saved=last is not None)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if self._is_requested(trainer):
            self._stop(saved=True)
        self._training = False

    def _on_signal(self, number: int, frame: Any) -> None:
        if self._requested or not self._training:
            self._stop(saved=False)
        self._requested = True
        os.write(2, NOTICE)  # logging is not safe in a signal handler

    def _is_requested(self, trainer: pl.Trainer) -> bool:
        requested = self._requested or trainer.received_sigterm
        if trainer.world_size > 1:  # all processes stop after the same batch
            return bool(trainer.strategy.reduce_boolean_decision(requested, all=False))
        return requested

    def _stop(self, saved: bool) -> None:
        self.stopped = True
        raise Interrupted(saved)

    def _restore(self) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
            self._previous = None


def is_resumable(trainer: pl.Trainer, batch_idx: int) -> bool:
    """Whether a run can go on exactly from the end of this batch.

    Not where gradients are accumulating, nor where a validation or the end of the training may follow:
    Lightning cannot take those up again.
    """
    loop, every = trainer.fit_loop, trainer.val_check_batch
    if trainer.should_stop or loop.epoch_loop.batch_progress.is_last_batch:
        return False
    if (batch_idx + 1) % trainer.accumulate_grad_batches:
        return False
    validates = isinstance(every, int) and 0 in ((batch_idx + 1) % every, (loop.total_batch_idx + 1) % every)
    return not validates

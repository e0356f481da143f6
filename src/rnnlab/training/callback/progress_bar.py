"""A progress bar in a terminal, and one log line per epoch everywhere."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.callbacks import EarlyStopping, Timer
from pytorch_lightning.callbacks.progress import ProgressBar

from rnnlab.bar import Bar
from rnnlab.training.callback.get_callback import get_callback
from rnnlab.training.callback.throughput import Throughput
from rnnlab.training.callback.whole_time import WholeTime

log = logging.getLogger("rnnlab")


class EpochBar(ProgressBar):
    """Shows epoch, loss and tokens per second while batches run; log losses and the monitored metric after
    each epoch.

    If standard error is not a terminal there is no bar, only the lines.

    Args:
        monitor: the validation metric in the line, besides `val/loss`.
        refresh: seconds between two updates of the bar.
    """

    def __init__(self, monitor: str | None = None, refresh: float = 0.2) -> None:
        super().__init__()
        self.monitor, self.refresh = monitor, refresh
        self._shown = Bar.in_terminal()
        self._bar: Bar | None = None
        self._next = 0.0
        self._loss = ""
        self._start = 0.0
        self._ended: tuple[int, float] | None = None  # epoch (from 1) and seconds, until its line is logged

    def enable(self) -> None:
        self._shown = Bar.in_terminal()

    def disable(self) -> None:
        self._shown = False

    def print(self, *args: Any, **kwargs: Any) -> None:
        Bar.write(" ".join(map(str, args)), file=sys.stderr)

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._start = time.perf_counter()

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._log_epoch(trainer)
        self._start = time.perf_counter()

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        now = time.perf_counter()
        if not self._shown or now < self._next:
            return
        self._next = now + self.refresh
        if self._bar is None:
            self._bar = _bar(
                f"epoch {_of_all(trainer, trainer.current_epoch + 1)}", trainer.num_training_batches
            )
        self._loss = f"loss {float(outputs['loss']):.4f}"
        rate = _rate(trainer)
        self._bar.n = batch_idx + 1
        self._bar.set_postfix_str(self._loss + (f", {rate:,.0f} tokens/s" if rate else ""))

    def on_validation_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(f"{self._loss}, validating")

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._close()
        # the task logs the epoch's loss after this hook, so the line waits for the next one
        self._ended = trainer.current_epoch + 1, time.perf_counter() - self._start

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._close()
        self._log_epoch(trainer)
        reason = why_stopped(trainer)
        if reason and trainer.is_global_zero:
            log.info("stopped: %s", reason)

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        self._close()

    def on_test_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        now = time.perf_counter()
        if self._shown and now >= self._next:
            self._next = now + self.refresh
            self._bar = self._bar or _bar("test", sum(trainer.num_test_batches))
            self._bar.n = batch_idx + 1
            self._bar.refresh()

    def on_test_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _log_epoch(self, trainer: pl.Trainer) -> None:
        if self._ended is None or not trainer.is_global_zero:
            return
        (epoch, seconds), self._ended = self._ended, None
        metrics = trainer.callback_metrics
        names = dict.fromkeys(n for n in ("train/loss", "val/loss", self.monitor) if n in metrics)
        parts = [f"{name} {float(metrics[name]):.4f}" for name in names]
        if "train/tokens_per_second" in metrics:
            parts.append(f"{float(metrics['train/tokens_per_second']):,.0f} tokens/s")
        log.info("epoch %s: %s, %.0f s", _of_all(trainer, epoch), ", ".join(parts), seconds)


def why_stopped(trainer: pl.Trainer) -> str:
    """Return why a training stopped before its last epoch; empty if it did not."""
    patience, timer = get_callback(trainer, EarlyStopping), get_callback(trainer, Timer)
    if patience is not None and patience.stopped_epoch:
        return f"{patience.monitor} has not improved for {patience.wait_count} validations"
    if timer is not None and (timer.time_remaining() or 1.0) <= 0:
        limit = "callback.whole_time" if isinstance(timer, WholeTime) else "trainer.max_time"
        return f"the time of {limit} is over"
    return ""


def _bar(description: str, total: float) -> Bar:
    known = int(total) if total != float("inf") else None
    return Bar(None, description, known, "batch", stays=False)


def _of_all(trainer: pl.Trainer, epoch: int) -> str:
    last = trainer.max_epochs or -1
    return f"{epoch}/{last}" if last > 0 else str(epoch)


def _rate(trainer: pl.Trainer) -> float:
    counter = get_callback(trainer, Throughput)
    return counter.rate_now() if counter else 0.0

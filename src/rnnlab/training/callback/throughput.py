"""Throughput in real tokens per second, without padding and validation."""

from __future__ import annotations

import time
from typing import Any

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback
from torch import Tensor

from rnnlab.training.task.metric_log import log_row

MOST_PENDING = 1000


class Throughput(Callback):
    """Logs `train/tokens_per_second` of each epoch; real tokens are counted by a batch's `lengths` (B,).

    `tokens` and `seconds` are the totals of the whole training, including the earlier part of a resumed run.
    """

    def __init__(self) -> None:
        self.tokens, self.seconds = 0, 0.0
        self._epoch_tokens, self._epoch_seconds = 0, 0.0
        self._pending: list[Tensor] = []  # lengths (B,) of batches, not yet read from the device
        self._since: float | None = None

    @property
    def tokens_per_second(self) -> float:
        """Tokens per second of the whole training so far; 0 before the first batch."""
        return self.tokens / self.seconds if self.seconds else 0.0

    def rate_now(self) -> float:
        """Return the tokens per second of the epoch so far."""
        seconds = self._epoch_seconds + (0.0 if self._since is None else time.perf_counter() - self._since)
        self._count()
        return self._epoch_tokens / seconds if seconds else 0.0

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._epoch_tokens, self._epoch_seconds = 0, 0.0
        self._start()

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        if self._since is None:  # after a validation or resumed in mid-epoch
            self._start()

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._pending.append(batch.lengths)
        if len(self._pending) >= MOST_PENDING:
            self._count()

    def on_validation_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._stop()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._stop()
        if self._epoch_seconds:
            mine = torch.tensor(self._epoch_tokens / self._epoch_seconds, device=pl_module.device)
            rate = float(trainer.strategy.reduce(mine, reduce_op="sum"))
            pl_module.log("train/tokens_per_second", rate, logger=False)
            log_row(trainer, {"train/tokens_per_second": round(rate)})

    def state_dict(self) -> dict[str, Any]:
        if self._since is not None:
            self._stop()
            self._start()
        names = ("tokens", "seconds", "_epoch_tokens", "_epoch_seconds")
        return {name.lstrip("_"): getattr(self, name) for name in names}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.tokens, self.seconds = state_dict["tokens"], state_dict["seconds"]
        self._epoch_tokens, self._epoch_seconds = state_dict["epoch_tokens"], state_dict["epoch_seconds"]

    def _start(self) -> None:
        self._since = time.perf_counter()

    def _stop(self) -> None:
        if self._since is None:
            return
        self._count()  # waits for the device, so before the clock is read
        seconds, self._since = time.perf_counter() - self._since, None
        self.seconds, self._epoch_seconds = self.seconds + seconds, self._epoch_seconds + seconds

    def _count(self) -> None:
        if self._pending:
            tokens = int(torch.cat(self._pending).sum())
            self._pending = []
            self.tokens, self._epoch_tokens = self.tokens + tokens, self._epoch_tokens + tokens

"""A record of the progress of a training in a file, so that its sweep can detect a hang.

The file's content is the phase, its modification time the last step. The phase is `training` only while
batches are trained and validated: before and after that a run is in libraries that report no steps, and the
sweep watches its CPU time instead.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.callbacks import Callback

EVERY = 1.0  # seconds between two marks, at least


class ProgressMark(Callback):
    """Touches the file after each batch of training, validation and test.

    Args:
        path: the file.
        training: the phase to write while batches are trained and validated.
        other: the phase to write when the training has ended.
    """

    def __init__(self, path: Path, training: str, other: str) -> None:
        self.path, self.training, self.other = path, training, other
        self._next = 0.0

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._enter(self.training)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._enter(self.other)

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        self._enter(self.other)

    def on_train_batch_end(self, *arguments: Any) -> None:
        self._mark()

    def on_validation_batch_end(self, *arguments: Any) -> None:
        self._mark()

    def on_test_batch_end(self, *arguments: Any) -> None:
        self._mark()

    def _enter(self, phase: str) -> None:
        with suppress(OSError):  # on a full disk the file is empty, and the sweep watches the CPU time
            self.path.write_text(phase, encoding="utf-8")

    def _mark(self) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + EVERY
            with suppress(OSError):  # the sweep has removed it and stopped watching
                os.utime(self.path)

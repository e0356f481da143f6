"""The check of whether the lean loop supports a training; all others run in Lightning's own loop."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.core.hooks import DataHooks
from pytorch_lightning.loops.fetchers import _PrefetchDataFetcher
from pytorch_lightning.plugins.precision import MixedPrecision, Precision
from pytorch_lightning.strategies import SingleDeviceStrategy

from rnnlab.training.loop.hooks import answers
from rnnlab.training.loop.profiler import NoProfiler

VERSIONS = ("2.5.", "2.6.")  # of Lightning, whose loops the lean one was compared with
# Methods that the lean loop does not call or whose results it does not read.
TASK: tuple[str, ...] = (
    "optimizer_step",
    "optimizer_zero_grad",
    "backward",
    "configure_gradient_clipping",
    "clip_gradients",
)
TASK += ("lr_scheduler_step", "on_train_batch_start", "on_before_batch_transfer", "on_after_batch_transfer")
DATA = ("transfer_batch_to_device", "on_before_batch_transfer", "on_after_batch_transfer")


def is_covered(trainer: pl.Trainer, task: pl.LightningModule, fetcher: Any) -> bool:
    """Return whether the lean loop supports a training: one device, one optimizer that Lightning drives, no
    gradient scaler, no profiler, and none of the methods overridden between Lightning and the step.
    """
    return (
        pl.__version__.startswith(VERSIONS)
        and type(trainer.strategy) is SingleDeviceStrategy
        and trainer.strategy.model is task
        and type(fetcher) is _PrefetchDataFetcher
        and isinstance(trainer.profiler, NoProfiler)  # type: ignore[attr-defined]
        and task.automatic_optimization
        and len(trainer.optimizers) == 1
        and _is_known_precision(trainer.precision_plugin)
        and not any(answers(task, name, pl.LightningModule) for name in TASK)
        and not _moves_batches(trainer)
    )


def _is_known_precision(precision: Any) -> bool:
    mixed = type(precision) is MixedPrecision and precision.scaler is None
    return type(precision) is Precision or mixed


def _moves_batches(trainer: pl.Trainer) -> bool:
    data = trainer.datamodule  # type: ignore[attr-defined]
    return data is not None and any(answers(data, name, DataHooks) for name in DATA)

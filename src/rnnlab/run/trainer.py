"""The trainer with its callbacks and loggers, and the device that it is to have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.run.make import make

if TYPE_CHECKING:
    import pytorch_lightning as pl


def build_trainer(cfg: DictConfig, folder: Path) -> pl.Trainer:
    """The trainer with its callbacks and loggers; metrics.csv is always among them."""
    from pytorch_lightning.callbacks import ProgressBar

    from rnnlab.logger.csv import CSVLogger

    callbacks = [make(c) for c in (cfg.callback or {}).values() if c is not None]
    if not cfg.trainer.enable_progress_bar:  # Lightning takes the two for a contradiction
        callbacks = [c for c in callbacks if not isinstance(c, ProgressBar)]
    loggers = [make(c) for c in (cfg.logger or {}).values() if c is not None]
    if not any(isinstance(logger, CSVLogger) for logger in loggers):
        loggers.insert(0, CSVLogger(str(folder)))
    trainer: pl.Trainer = make(
        cfg.trainer,
        callbacks=callbacks,
        logger=loggers,
        default_root_dir=str(folder),
        enable_model_summary=False,
    )
    return trainer


def check_device(cfg: DictConfig) -> None:
    """Refuse an accelerator that this machine lacks, before data are read."""
    accelerator = cfg.trainer.get("accelerator")
    there: dict[str, Callable[[], bool]] = {
        "gpu": torch.cuda.is_available,
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
    }
    if accelerator in there and not there[accelerator]():
        present = ["cpu", *(name for name in ("gpu", "mps") if there[name]())]
        raise SettingError(
            "trainer", accelerator, f"this machine has no {accelerator}; there are: {', '.join(present)}"
        )

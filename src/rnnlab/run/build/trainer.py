"""The trainer with its callbacks and loggers, and a check of its device."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.build.make import make
from rnnlab.run.train.slurm import environment
from rnnlab.run.train.sweep_job import SweepJob, sweep_job

if TYPE_CHECKING:
    import pytorch_lightning as pl


def build_trainer(cfg: DictConfig, folder: Path) -> pl.Trainer:
    """Return the trainer with its callbacks and loggers; metrics.csv is always among them."""
    from pytorch_lightning.callbacks import ProgressBar

    from rnnlab.training.logger.csv import CSVLogger

    callbacks = [make(c) for c in (cfg.callback or {}).values() if c is not None]
    if not cfg.trainer.enable_progress_bar:  # Lightning takes the two for a contradiction
        callbacks = [c for c in callbacks if not isinstance(c, ProgressBar)]
    sweep = sweep_job()
    pruning = None if sweep is None else sweep.pruning()
    if pruning is not None:
        callbacks.append(pruning)
    if sweep is not None:
        callbacks.append(sweep.progress_mark())
    loggers = [build_logger(c, cfg.task.name, sweep) for c in (cfg.logger or {}).values() if c is not None]
    if not any(isinstance(logger, CSVLogger) for logger in loggers):
        loggers.insert(0, CSVLogger(str(folder)))
    trainer: pl.Trainer = make(
        cfg.trainer,
        callbacks=callbacks,
        logger=loggers,
        default_root_dir=str(folder),
        enable_model_summary=False,
        **plugins(cfg.trainer),
    )
    return trainer


def build_logger(node: DictConfig, task: str, sweep: SweepJob | None) -> Any:
    return make(node, **({} if sweep is None else sweep.logger_settings(node, task)))


def plugins(trainer: DictConfig) -> dict[str, Any]:
    """Return Lightning's plugins for the cluster, in addition to those that the config names."""
    from pytorch_lightning.plugins import ClusterEnvironment

    node, known = trainer.get("plugins"), environment()
    named = [make(one) for one in (node if OmegaConf.is_list(node) else [node]) if one]
    if known is None or any(isinstance(plugin, ClusterEnvironment) for plugin in named):
        return {}
    return {"plugins": [*named, known]}


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

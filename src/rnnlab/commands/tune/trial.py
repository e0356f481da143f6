"""A short training of which nothing is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytorch_lightning as pl
import torch
from pytorch_lightning.utilities.exceptions import MisconfigurationException

from rnnlab.commands.tune.config import Choice
from rnnlab.errors import UserError
from rnnlab.run.folder.result import Result
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train.train_run import assemble
from rnnlab.training.callback.quiet import quiet


def fit(choice: Choice, watcher: pl.Callback) -> None:
    """Train as `train.py` would, in a temporary folder, until the watcher sets `trainer.should_stop`.

    Raises:
        UserError: a setting is wrong for this machine or these data.
    """
    quiet()
    with tempfile.TemporaryDirectory() as folder:
        parts = {"task": choice.cfg.task.name, "model": {"name": choice.model}}
        try:
            result = Result(Path(folder), parts)
            experiment = assemble(choice.cfg, RunFolder(Path(folder)), result, begin=lambda: None)
        except UserError:
            raise
        except (ValueError, MisconfigurationException) as error:  # the parts' own words, as in a run
            raise UserError(str(error)) from error
        experiment.task.may_fail = False  # the watcher may well look for where it does
        experiment.trainer.callbacks.append(watcher)  # type: ignore[attr-defined]
        try:
            experiment.trainer.fit(experiment.task, datamodule=experiment.data)
        except SystemExit as left:  # so Lightning answers Ctrl-C
            raise KeyboardInterrupt from left


def root_device(choice: Choice) -> torch.device:
    """Return the device of the trial's trainer: the first GPU, or the CPU."""
    wanted = choice.cfg.trainer.accelerator
    gpu = wanted in ("gpu", "cuda") or (wanted == "auto" and torch.cuda.is_available())
    return torch.device("cuda", torch.cuda.current_device()) if gpu else torch.device("cpu")

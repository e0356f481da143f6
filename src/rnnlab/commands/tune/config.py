"""Compose the config of `train.py` for the same overrides, shortened to a trial that saves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hydra import initialize_config_dir
from omegaconf import DictConfig, OmegaConf, open_dict

from rnnlab.errors import SettingError
from rnnlab.run.config.arguments import added_folder, searched
from rnnlab.run.config.check_overrides import check_words
from rnnlab.run.config.conf_folder import conf_folder
from rnnlab.run.config.home import home_quoted
from rnnlab.run.config.task_variants import with_variant
from rnnlab.run.train.command import check_additions, check_setting, composed, without_hydra

CALLBACKS = ("unfreeze",)  # those that affect the training; the others watch, save or stop
ENDLESS = {"max_epochs": -1, "max_time": None, "limit_val_batches": 0, "num_sanity_val_steps": 0}
SILENT = {"enable_progress_bar": False, "profiler": None, "overfit_batches": 0.0}


class Choice(NamedTuple):
    """A config and the name of its plot."""

    cfg: DictConfig
    model: str

    @property
    def title(self) -> str:
        return f"{self.cfg.task.name}, {self.model}"


def compose_trial(overrides: list[str], folder: Path, own: str | None = None) -> Choice:
    """Compose the run's config with its folder, loggers, schedule and limits replaced.

    Args:
        own: the folder of --config-dir, with additional choices.

    Raises:
        UserError: a wrong override, with `train.py`'s message; `resume=`; no conf folder.
    """
    for override in overrides:
        if override.startswith("resume="):
            raise SettingError("resume", override[7:], "must be left out: only a new training is tried")
    folders = [conf_folder(), *added_folder(own)]
    quoted = [home_quoted(override) for override in with_variant(overrides, folders[0])]
    check_words(quoted, folders)
    with initialize_config_dir(str(folders[0]), version_base="1.3"):
        cfg = composed(quoted + searched(folders[1:]))
        model = str(cfg.hydra.runtime.choices.model)
        without_hydra(cfg).paths.run_dir = str(folder)
        check_additions(cfg, quoted, folders)
    check_setting(cfg)
    return Choice(shortened(cfg), model)


def shortened(cfg: DictConfig) -> DictConfig:
    """Return a copy that does not validate, log, save or end by itself, at a constant rate."""
    trial: DictConfig = cfg.copy()
    with open_dict(trial):
        trial.callback = {name: cfg.callback[name] for name in CALLBACKS if (cfg.callback or {}).get(name)}
        trial.logger, trial.resume = {}, None
        trial.scheduler = {"_target_": "rnnlab.training.scheduler.lr_curve.Constant"}
        trial.trainer = OmegaConf.merge(cfg.trainer, ENDLESS, SILENT)
    return trial

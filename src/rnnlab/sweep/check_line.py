"""Command line checks: settings for single runs only, for sweeps only, or for neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from omegaconf import DictConfig

from rnnlab.errors import SettingError, UserError
from rnnlab.run.folder.code import train_command
from rnnlab.sweep.composer import own_key

NOT_OURS = {
    "resume": "goes on with a single run, without -m; a sweep goes on with sweep.resume=FOLDER",
    "hydra/launcher": "is not used: choose launcher=local, slurm or ray",
    "hydra.launcher": "is not used: choose launcher=local, slurm or ray",
    "hydra.sweep": "is not used: set sweep.name and paths.output_dir",
}


def no_sweep(overrides: Sequence[str]) -> None:
    """Refuse a sweep's settings in the command of a single run."""
    for override in overrides:
        if own_key(override):
            key, _, value = override.partition("=")
            raise SettingError(key, value, "is a sweep's: add -m to the command")


def only_ours(overrides: Iterable[str]) -> None:
    """Refuse settings of Hydra's launchers and of single runs, which a sweep would ignore."""
    for override in overrides:
        key, _, value = override.lstrip("+~").partition("=")
        for name, rule in NOT_OURS.items():
            if (key == name or key.startswith(f"{name}.")) and value != "null":
                raise SettingError(key, value, rule)


def something_varies(cfg: DictConfig, space: Any, overrides: Sequence[str]) -> None:
    """Refuse a sweep in which nothing varies: it would train the default run once."""
    if not overrides and not space.dimensions and cfg.sweep.seeds == 1:
        raise UserError(
            "-m: a sweep of nothing: say what varies, such as model=gru,lstm or seed=1,2,3 or sweep=tpe\n"
            f"a single training is {train_command()} without -m"
        )

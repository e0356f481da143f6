"""The command line before Hydra reads it: resume, and errors in one or two lines with exit code 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from hydra import compose, initialize_config_dir
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf, open_dict, read_write
from omegaconf.errors import OmegaConfBaseException

from rnnlab.errors import SettingError, UserError
from rnnlab.report.tables import short_path
from rnnlab.run.config.arguments import CONFIG_NAME, arguments_of, argv_flags, config_folders, searched
from rnnlab.run.config.ask_task import ask_task
from rnnlab.run.config.check import check, unresolved
from rnnlab.run.config.check_experiment import check_experiment
from rnnlab.run.config.check_machine import check_machine
from rnnlab.run.config.check_overrides import adding, check_added, check_classes, check_words
from rnnlab.run.config.check_places import check_paths, check_places
from rnnlab.run.config.compose_error import explain
from rnnlab.run.config.config_dir import flags as flags_of
from rnnlab.run.config.config_dir import saved_config_dir
from rnnlab.run.config.encoding import check_names
from rnnlab.run.config.home import home_quoted
from rnnlab.run.config.moved_names import rename_typed
from rnnlab.run.folder.result import read
from rnnlab.run.folder.stamp import slurm_folder
from rnnlab.run.folder.writable import check_writable
from rnnlab.run.train.hydra_job import can_run
from rnnlab.run.train.resume import is_resume, same_choices, take_up
from rnnlab.run.train.slurm import follows

NOT_A_RUN = ("hydra", "sweep", "launcher")


class Line(NamedTuple):
    """A command line that works.

    Attributes:
        arguments: to run Hydra with.
        config: a single run's, with Hydra's part; None where Hydra itself does what its flags ask for.
    """

    arguments: list[str]
    config: DictConfig | None = None


def read_line(argv: list[str], config_dir: Path) -> Line:
    """Return the command line; exit with code 2 where it cannot work.

    A single run's config is composed and checked; a sweep is left to rnnlab.sweep.command.
    """
    try:
        return _read_line(argv, config_dir)
    except UserError as error:
        if os.environ.get("HYDRA_FULL_ERROR") == "1":
            raise
        fail(error)


def fail(error: Exception) -> NoReturn:
    """Print the error for the user and end with exit code 2."""
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)


def _read_line(argv: list[str], config_dir: Path) -> Line:
    check_names(argv, os.getcwd())
    arguments = arguments_of(argv)
    asked = arguments.help or arguments.hydra_help or arguments.shell_completion or arguments.info
    if asked or arguments.multirun:
        return Line(argv)
    flags = argv_flags(argv, arguments.overrides)
    typed = [home_quoted(override) for override in arguments.overrides]
    plain = arguments.cfg == "job" and arguments.package is None
    folders = config_folders(arguments, config_dir)
    search = searched(folders[1:])
    with initialize_config_dir(str(config_dir.absolute()), version_base="1.3", job_name=CONFIG_NAME):
        if arguments.cfg is None and not any(map(is_resume, typed)):
            before = slurm_folder(typed, lambda: run_dir(composed(typed + search)))
            typed += [] if before is None else [f"resume='{before}'"]
        overrides, folder = take_up(typed)
        if folder is not None and arguments.config_dir is None:
            found = saved_config_dir(read(folder / "result.json"), "resume")
            flags += flags_of(found)
            folders += [] if found is None else [found]
            search = searched(folders[1:])
        check_words(overrides, folders)
        cfg = composed(overrides + search)
        if plain:
            show(cfg, arguments.resolve)
        written = run_dir(cfg) if arguments.cfg is None else None
        model, of_hydra = cfg.hydra.runtime.choices.model, cfg.hydra
        without_hydra(cfg)
        check_additions(cfg, overrides, folders)
        if folder is not None:
            same_choices(cfg, folder)
        if written is not None:
            check_run(cfg, written, overrides)
            ask_task(overrides, folders)
            say_start(f"{model} on {cfg.task.name}", written, resumed=folder is not None)
    if written is None or not can_run(of_hydra, flags):
        return Line(flags + overrides)
    with read_write(cfg), open_dict(cfg):
        cfg.hydra = of_hydra
    return Line(overrides, cfg)


def say_start(what: str, folder: Path, resumed: bool) -> None:
    """Print what begins, at once: importing torch takes seconds. One process of several speaks."""
    if not follows():
        print(f"{'resuming' if resumed else 'training'} {what} in {short_path(folder)}", flush=True)


def check_run(cfg: DictConfig, written: Path, overrides: Sequence[str]) -> None:
    """Run all checks that need neither torch nor the data.

    Args:
        cfg: the config without Hydra's own settings.
        written: the run's folder.
        overrides: as typed.

    Raises:
        SettingError: a setting cannot work, or the folder cannot be written.
    """
    check_setting(cfg)
    named = any(override.startswith("hydra.run.dir=") for override in overrides)
    setting, value = ("hydra.run.dir", written) if named else ("paths.output_dir", cfg.paths.output_dir)
    check_writable(setting, value, written)


def check_setting(cfg: DictConfig, here: bool = True) -> None:
    """Check a config; if the run is trained `here`, check this machine and its files as well."""
    try:
        check_paths(cfg)
        check(cfg)
        if here:
            check_machine(cfg)
            check_places(cfg)
    except OmegaConfBaseException as error:
        raise unresolved(cfg, error) from error


def check_additions(cfg: DictConfig, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """Refuse added keys that nothing reads, and `_target_`s that do not exist."""
    check_classes(overrides)
    check_experiment(cfg, overrides, folders)
    added = adding(overrides, folders)
    if not added:
        return
    rest = [override for override in overrides if override not in added]
    try:
        known = composed([*rest, *searched(folders[1:])])
    except SettingError:  # an override refers to an added key
        known = None
    check_added(cfg, added, known)


def show(cfg: DictConfig, resolve: bool) -> NoReturn:
    """Print the config that a run would have, and end; Hydra's own `--cfg job` would compose it again."""
    with read_write(cfg.hydra.runtime), open_dict(cfg.hydra.runtime):
        cfg.hydra.runtime.output_dir = str(run_dir(cfg))
    HydraConfig.instance().set_config(cfg)
    print(OmegaConf.to_yaml(without_hydra(cfg), resolve=resolve), end="")
    sys.exit(0)


def run_dir(cfg: DictConfig) -> Path:
    """Return the folder where Hydra would let the run write."""
    HydraConfig.instance().set_config(cfg)
    try:
        return Path(cfg.hydra.run.dir).absolute()
    except OmegaConfBaseException as error:
        raise unresolved(cfg, error) from error


def without_hydra(cfg: DictConfig) -> DictConfig:
    """Return the config of a run alone: without Hydra's part and the sweep's, classes by today's names."""
    with read_write(cfg), open_dict(cfg):
        for name in NOT_A_RUN:
            cfg.pop(name, None)
        rename_typed(cfg)
    return cfg


def composed(overrides: list[str]) -> DictConfig:
    try:
        return compose(CONFIG_NAME, overrides=overrides, return_hydra_config=True)
    except Exception as error:
        raise explain(error, overrides) from error

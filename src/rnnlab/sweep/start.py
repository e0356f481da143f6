"""Run a multirun from its command line to its last job."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError, UserError
from rnnlab.run.folder.code import train_command
from rnnlab.run.folder.lock import FolderLock
from rnnlab.run.train.cause import cause_of, disk_of
from rnnlab.run.train.command import composed, fail
from rnnlab.run.train.job import config_dir_of
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.freeze import freeze
from rnnlab.sweep.groups import plan
from rnnlab.sweep.known import remember_sweep
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.resume import go_on
from rnnlab.sweep.space.parse import parse_space
from rnnlab.sweep.space.probe_settings import tries
from rnnlab.sweep.spec import Spec, spec_of
from rnnlab.sweep.watch import watch


def start(arguments: Sequence[str], config: DictConfig) -> None:
    """Run a sweep, or resume one, and exit: code 1 if a job failed, 2 if a setting is wrong.

    The latter happens before anything is started or written.

    Args:
        arguments: the overrides, in the order typed.
        config: composed from those that are not searched.
    """
    try:
        sys.exit(_start(arguments, config))
    except UserError as error:
        if os.environ.get("HYDRA_FULL_ERROR") == "1":
            raise
        fail(error)
    except OSError as error:
        if cause_of(error) != "disk":
            raise
        print(f"error: {disk_of(error)}", file=sys.stderr)
        sys.exit(1)


def _start(arguments: Sequence[str], config: DictConfig) -> int:
    lock = FolderLock()
    try:
        if config.sweep.resume is not None:
            folder, settings = go_on(list(arguments), config, lock)
        else:
            space, fixed = parse_space(list(arguments), OmegaConf.to_container(config.sweep, resolve=False))
            first = composed([*fixed, *space.overrides(next(tries(space)))])  # its task names the objective
            spec = spec_of(first, space, fixed)
            folder, settings = create(spec, config), spec.launcher
            lock.acquire(folder.path, "this sweep is being led")
        return watch(folder, settings)
    finally:
        lock.release()


def create(spec: Spec, config: DictConfig) -> SweepFolder:
    """Create the sweep's folder with everything that it needs; remove it if that fails.

    Raises:
        SettingError: a folder of that name is there.
    """
    folder = SweepFolder(Path(config.paths.output_dir).absolute() / "sweeps" / spec.name)
    try:
        folder.path.mkdir(parents=True)
    except FileExistsError as error:
        rule = f"there is such a sweep; go on with it: {train_command()} -m sweep.resume={folder.path}"
        raise SettingError("sweep.name", spec.name, rule) from error
    except OSError as error:
        rule = f"cannot be written: {error.strerror}"
        raise SettingError("paths.output_dir", config.paths.output_dir, rule) from error
    try:
        sources = config.hydra.runtime.config_sources
        fill(folder, spec, conf_of(sources), config_dir_of(sources))
    except BaseException:
        shutil.rmtree(folder.path)
        raise
    return folder


def conf_of(sources: Iterable[Any]) -> Path:
    """Return the folder conf/, from Hydra's sources of configs."""
    return next(Path(source.path) for source in sources if source.provider == "main")


def fill(folder: SweepFolder, spec: Spec, conf: Path, added: Path | None) -> None:
    """Freeze code and config, write the spec, and all jobs that are known."""
    from rnnlab.run.study.storage import create_study

    folder.workers.mkdir()
    digest = freeze(folder, conf, added)
    create_study(folder.path, spec.name, spec.directions, spec.storage)
    ledger = Ledger(folder)
    ledger.begin(spec.identity)
    plan(spec, ledger)
    ledger.go()
    Spec(**{**vars(spec), "digest": digest}).save(folder)  # last: a folder with a spec is whole
    remember_sweep(folder)

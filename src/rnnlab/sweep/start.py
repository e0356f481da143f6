"""A multirun from its command line to its last job."""

from __future__ import annotations

import secrets
import shlex
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.sweep.check_sweep import check_sweep
from rnnlab.sweep.command import own_key
from rnnlab.sweep.desk import Desk, jobs_of
from rnnlab.sweep.dry_run import dry_run
from rnnlab.sweep.duration import seconds_of
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.freeze import freeze
from rnnlab.sweep.ledger import Ledger
from rnnlab.sweep.resume import go_on
from rnnlab.sweep.space import parse_space
from rnnlab.sweep.spec import Spec
from rnnlab.sweep.watch import watch

DIRECTIONS = {"max": "maximize", "min": "minimize"}


def start(arguments: Sequence[str], config: DictConfig) -> None:
    """Run the sweep that was typed, or go on with one; exits with code 1 where a job failed.

    Args:
        arguments: the overrides, in the order typed.
        config: composed from those that are not searched.

    Raises:
        SettingError: before anything is started or written.
    """
    if config.sweep.resume is not None:
        folder, settings = go_on(list(arguments), config)
    else:
        space, fixed = parse_space(list(arguments), config.sweep)
        check_sweep(config, space, fixed)
        spec = spec_of(config, space, fixed)
        if config.sweep.dry_run:
            print(dry_run(spec, config))
            return
        folder, settings = create(spec, config), spec.launcher
    sys.exit(watch(folder, settings))


def spec_of(config: DictConfig, space: Any, fixed: Sequence[str]) -> Spec:
    """What the config asks for, in plain values."""
    sweep: dict[str, Any] = OmegaConf.to_container(config.sweep, resolve=True)  # type: ignore[assignment]
    launcher: dict[str, Any] = OmegaConf.to_container(config.launcher, resolve=True)  # type: ignore[assignment]
    stamp = f"{datetime.now():%Y-%m-%d_%H-%M-%S}_{secrets.token_hex(3)}"
    return Spec(
        name=sweep["name"] or stamp,
        overrides=tuple(override for override in fixed if not own_key(override)),
        space=space,
        sampler=sweep["sampler"],
        sampler_options=sweep["sampler_options"],
        pruner=sweep["pruner"],
        pruner_options=sweep["pruner_options"],
        trials=sweep["trials"],
        seeds=sweep["seeds"],
        first_seed=config.seed,
        metrics=tuple(_listed(sweep["metric"])),
        directions=tuple(DIRECTIONS.get(direction, direction) for direction in _listed(sweep["direction"])),
        first=tuple(sweep["first"]),
        timeout=seconds_of(sweep["timeout"]),
        max_failure_rate=float(sweep["max_failure_rate"]),
        retries=sweep["retries"],
        heartbeat=float(sweep["heartbeat"]),
        heartbeat_timeout=float(sweep["heartbeat_timeout"]),
        seed=sweep["seed"],
        storage=sweep["storage"],
        launcher=launcher,
        created=time.time(),
        command=shlex.join(["python", *sys.orig_argv[1:]]),
        cwd=str(Path.cwd()),
    )



def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def create(spec: Spec, config: DictConfig) -> SweepFolder:
    """The sweep's folder with everything that it needs; of a sweep that cannot be made nothing is left.

    Raises:
        SettingError: a folder of that name is there.
    """
    folder = SweepFolder(Path(config.paths.output_dir).absolute() / "sweeps" / spec.name)
    try:
        folder.path.mkdir(parents=True)
    except FileExistsError as error:
        rule = f"there is such a sweep; go on with it: python train.py -m sweep.resume={folder.path}"
        raise SettingError("sweep.name", spec.name, rule) from error
    try:
        fill(folder, spec, Path(HydraConfig.get().runtime.config_sources[1].path))
    except BaseException:
        shutil.rmtree(folder.path)
        raise
    return folder


def fill(folder: SweepFolder, spec: Spec, config_dir: Path) -> None:
    """Freeze code and config, write the spec, and the jobs of a grid."""
    from rnnlab.study.storage import create_study

    folder.workers.mkdir()
    digest = freeze(folder, config_dir)
    create_study(folder.path, spec.name, spec.directions, spec.storage)
    ledger = Ledger(folder)
    if spec.sampler == "grid":
        ledger.add_trials(grid_jobs(spec))
    ledger.go()
    Spec(**{**vars(spec), "digest": digest}).save(folder)  # last: a folder with a spec is whole


def grid_jobs(spec: Spec) -> Iterator[list[dict[str, Any]]]:
    for number, values in enumerate(spec.space.grid()):
        if spec.trials is not None and number >= spec.trials:
            return
        yield jobs_of(spec, values)

"""Specification of a sweep, fixed when it starts: `sweep.yaml`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from omegaconf import DictConfig, OmegaConf

from rnnlab.atomic import whole_file
from rnnlab.errors import UserError
from rnnlab.run.folder.code import typed_line
from rnnlab.sweep.composer import own_key
from rnnlab.sweep.duration import seconds_of
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.space.search_space import Space
from rnnlab.untrusted import Unreadable, read_yaml

DIRECTIONS = {"max": "maximize", "min": "minimize"}


class Unshared(yaml.SafeDumper):
    """Dumper that repeats shared values: YAML with aliases is refused when it is read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@dataclass(frozen=True)
class Spec:
    """Specification of one sweep.

    Attributes:
        overrides: those that are not searched, as typed.
        trials: number of settings to try, in each group; None: all of a grid.
        seeds: jobs of a trial; more than one take the seeds SEED, SEED + 1, ... and are averaged.
        metrics, directions: the objectives, each with `minimize` or `maximize`.
        first: values of the first trials.
        timeout: seconds after `created` after which nothing new starts; None: no limit.
        max_failure_rate: fraction of ended jobs that may fail before the sweep stops.
        retries: how often a job that failed is tried again.
        heartbeat, heartbeat_timeout: seconds between two heartbeats, and without one.
        stall_limit: seconds without progress after which a job is stopped; None: never.
        kill_after: seconds that a training has to save after the request to stop.
        each: keys whose every combination is a group that is tuned separately.
        tune: overrides of the jobs that tune a group, not of those with fresh seeds.
        confirm_seeds: trainings of each group's best setting, with seeds that its tuning has not used.
        enough: settings of a group that reach `enough_value`, after which its others are not run.
        identity: id in the first line of the ledger; None for sweeps older than this field.
        storage: a database for Optuna's study; None: a file in the folder.
        created: seconds since 1970.
        digest: of the frozen code and config.
    """

    name: str
    overrides: tuple[str, ...]
    space: Space
    sampler: str
    sampler_options: dict[str, Any]
    pruner: str
    pruner_options: dict[str, Any]
    trials: int | None
    seeds: int
    first_seed: int
    metrics: tuple[str, ...]
    directions: tuple[str, ...]
    first: tuple[dict[str, Any], ...]
    timeout: float | None
    max_failure_rate: float
    retries: int
    heartbeat: float
    heartbeat_timeout: float
    seed: int
    storage: str | None
    launcher: dict[str, Any]
    created: float
    command: str
    cwd: str
    digest: str = ""
    stall_limit: float | None = None  # sweeps older than this field
    kill_after: float = 60.0
    identity: str | None = None
    each: tuple[str, ...] = ()
    tune: tuple[str, ...] = ()
    confirm_seeds: int = 0
    enough: int | None = None
    enough_value: float | None = None

    @property
    def grouped(self) -> bool:
        """True if each group tries the same list of settings, and its best one is trained again."""
        return bool(self.each) or self.confirm_seeds > 0

    @property
    def planned(self) -> bool:
        """True if all trials are known from the start."""
        return self.sampler == "grid" or self.grouped

    @property
    def alone(self) -> bool:
        """True if one worker runs all jobs with a study file in the folder: then a kill can be undone."""
        return self.launcher.get("workers") == 1 and self.storage is None

    def save(self, folder: SweepFolder) -> None:
        plain = {**asdict(self), "space": self.space.to_dict()}
        for name, value in plain.items():
            if isinstance(value, tuple):
                plain[name] = list(value)
        with whole_file(folder.spec) as part:
            text = yaml.dump(plain, Dumper=Unshared, sort_keys=False, allow_unicode=True)
            part.write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: SweepFolder) -> Spec:
        """Read the specification. Raises UserError if the folder holds no sweep."""
        try:
            plain = read_yaml(folder.spec)
        except OSError as error:
            raise UserError(f"{folder.path} is not the folder of a sweep: it has no sweep.yaml") from error
        except Unreadable as error:
            raise UserError(f"{folder.spec} cannot be read: {error}") from error
        if not isinstance(plain, dict):
            raise UserError(f"{folder.spec} is not that of a sweep")
        known = {f.name for f in fields(cls)}
        plain = {name: tuple(v) if isinstance(v, list) else v for name, v in plain.items() if name in known}
        try:
            return cls(**{**plain, "space": Space.from_dict(plain["space"])})
        except (KeyError, TypeError, ValueError, AttributeError, SyntaxError) as error:
            raise UserError(
                f"{folder.spec} is not that of a sweep: {type(error).__name__} {error}"
            ) from error


def spec_of(config: DictConfig, space: Any, fixed: Sequence[str]) -> Spec:
    """Return the config's specification, in plain values."""
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
        stall_limit=seconds_of(sweep["stall_limit"]),
        kill_after=float(sweep["kill_after"]),
        each=tuple(sweep["each"]),
        tune=tuple(sweep["tune"]),
        confirm_seeds=sweep["confirm_seeds"],
        enough=sweep["enough"],
        enough_value=sweep["enough_value"],
        seed=sweep["seed"],
        storage=sweep["storage"],
        launcher=launcher,
        created=time.time(),
        command=typed_line(),
        cwd=str(Path.cwd()),
        identity=secrets.token_hex(8),
    )


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def jobs_of(spec: Spec, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the jobs of a trial: one, or one per seed."""
    overrides = spec.space.overrides(values)
    if spec.seeds == 1:
        return [{"overrides": overrides, "values": values}]
    seeds = range(spec.first_seed, spec.first_seed + spec.seeds)
    return [{"overrides": [*overrides, f"seed={seed}"], "values": values} for seed in seeds]


def grid_jobs(spec: Spec) -> Iterator[list[dict[str, Any]]]:
    """Yield the jobs of each trial of a grid."""
    for number, values in enumerate(spec.space.grid()):
        if spec.trials is not None and number >= spec.trials:
            return
        yield jobs_of(spec, values)

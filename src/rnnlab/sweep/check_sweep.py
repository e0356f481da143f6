"""What can be told to be wrong with a sweep before anything of it is made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.report.names import lower_is_better
from rnnlab.run.check import logged_names
from rnnlab.sweep.duration import seconds_of
from rnnlab.sweep.space import Space

COSTS = ("parameters", "training_seconds", "tokens_per_second")
DIRECTIONS = {"max": "max", "maximize": "max", "min": "min", "minimize": "min"}
PACKAGES = {"slurm": "submitit", "ray": "ray"}


def check_sweep(cfg: DictConfig, space: Space) -> None:
    """Raise SettingError for the first thing that cannot work.

    Args:
        cfg: the config of one of the jobs, with `sweep` and `launcher`.
    """
    sweep: dict[str, Any] = OmegaConf.to_container(cfg.sweep, resolve=True)  # type: ignore[assignment]
    check_size(sweep, space)
    check_objectives(cfg, listed(sweep["metric"]), listed(sweep["direction"]))
    check_pruner(sweep)
    check_first(sweep["first"], space)
    try:
        seconds_of(sweep["timeout"])
    except ValueError as error:
        raise SettingError("sweep.timeout", sweep["timeout"], str(error)) from error
    if sweep["heartbeat_timeout"] < 2 * sweep["heartbeat"]:
        rule = f"must be at least two beats, {2 * sweep['heartbeat']:g} seconds"
        raise SettingError("sweep.heartbeat_timeout", sweep["heartbeat_timeout"], rule)
    if sweep["seeds"] > 1 and any(d.key == "seed" for d in space.dimensions):
        raise SettingError("sweep.seeds", sweep["seeds"], "must be 1 where seed is searched")
    check_storage(sweep["storage"])
    check_launcher(cfg.launcher.name)


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def check_size(sweep: dict[str, Any], space: Space) -> None:
    """A grid needs points, every other sampler something to choose from and an end."""
    sampler = sweep["sampler"]
    intervals = [d for d in space.dimensions if d.kind != "choice"]
    if sampler == "grid":
        if intervals:
            rule = "has no points in an interval: choose sweep=random or sweep=tpe"
            raise SettingError("sweep", "grid", f"{rule} for {intervals[0].key}")
        if space.dimensions and next(space.grid(), None) is None:
            raise SettingError("sweep.constraints", list(space.constraints), "leave nothing of the grid")
        return
    if not space.dimensions:
        rule = "has nothing to search: add sweep.space, or KEY=interval(LOW,HIGH) or KEY=A,B"
        raise SettingError("sweep.sampler", sampler, rule)
    if sweep["trials"] is None and sweep["timeout"] is None:
        raise SettingError("sweep.trials", "null", f"must be given with {sampler}, or sweep.timeout")


def check_objectives(cfg: DictConfig, metrics: list[str], directions: list[str]) -> None:
    if len(metrics) != len(directions):
        rule = f"must be as many as sweep.metric, which has {len(metrics)}"
        raise SettingError("sweep.direction", directions, rule)
    known = [name for name in logged_names(cfg) if name.startswith("val/")]
    for metric, direction in zip(metrics, directions, strict=True):
        if known and metric not in (*known, *COSTS):
            test = " (test metrics choose nothing)" if str(metric).startswith("test/") else ""
            rule = f"is not a metric that task={cfg.task.name} validates by{test}"
            raise SettingError("sweep.metric", metric, rule, (*known, *COSTS))
        if direction not in DIRECTIONS:
            raise SettingError("sweep.direction", direction, "must be max or min")
        lower = lower_is_better(metric) or metric in ("parameters", "training_seconds")
        if lower == (DIRECTIONS[direction] == "max"):
            rule = f"contradicts {metric}, of which {'less' if lower else 'more'} is better"
            raise SettingError("sweep.direction", direction, rule)


def check_pruner(sweep: dict[str, Any]) -> None:
    if sweep["pruner"] == "none":
        return
    metrics = listed(sweep["metric"])
    if len(metrics) > 1:
        raise SettingError(
            "sweep.pruner", sweep["pruner"], "must be none with several metrics: none says which fell behind"
        )
    if not str(metrics[0]).startswith("val/"):
        raise SettingError(
            "sweep.pruner", sweep["pruner"], f"must be none: {metrics[0]} is known at the end alone"
        )


def check_first(first: Sequence[dict[str, Any]], space: Space) -> None:
    dimensions = {d.key: d for d in space.dimensions}
    for number, values in enumerate(first):
        for key, value in values.items():
            name = f"sweep.first[{number}].{key}"
            if key not in dimensions:
                raise SettingError(name, value, "must be a setting that is searched", dimensions)
            if not dimensions[key].holds(value):
                d = dimensions[key]
                told = ", ".join(d.values) if d.kind == "choice" else f"{d.low:g} to {d.high:g}"
                raise SettingError(name, value, f"must be among what is searched: {told}")


def check_storage(address: str | None) -> None:
    """A database's address must be one; a file's folder must be there and writable."""
    if address is None:
        return
    kind, colon, rest = address.partition("://")
    if not colon:
        rule = "must be a database's address such as postgresql://user@host/name or sqlite:///FILE"
        raise SettingError("sweep.storage", address, rule)
    if kind == "sqlite":
        parent = Path(rest.lstrip("/") if not rest.startswith("//") else rest[1:]).parent
        if not os.access(parent, os.W_OK):
            raise SettingError(
                "sweep.storage", address, f"cannot be written: {parent} is not a writable folder"
            )


def check_launcher(name: str) -> None:
    package = PACKAGES.get(name)
    if package is not None and find_spec(package) is None:
        rule = f"needs the {package} package: pip install -c constraints.txt -e '.[{name}]'"
        raise SettingError("launcher", name, rule)
    if name == "slurm" and shutil.which("sbatch") is None:
        rule = "needs sbatch on the PATH; run it on a machine of the cluster (on Debian: apt-get install slurm-client)"
        raise SettingError("launcher", name, rule)

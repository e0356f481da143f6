"""Checks of a sweep before anything of it is created."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.folder.writable import check_writable
from rnnlab.sweep.check_first import first_values
from rnnlab.sweep.check_groups import check_groups
from rnnlab.sweep.check_objectives import check_objectives, listed
from rnnlab.sweep.check_storage import check_storage
from rnnlab.sweep.duration import seconds_of
from rnnlab.sweep.space.search_space import Space

LEAST_INTERVALS = 2  # for CMA-ES: with fewer, Optuna samples at random


def check_sweep(cfg: DictConfig, space: Space) -> None:
    """Raise SettingError for the first setting that cannot work.

    Args:
        cfg: the config of one of the jobs, with `sweep` and `launcher`.
    """
    sweep: dict[str, Any] = OmegaConf.to_container(cfg.sweep, resolve=True)  # type: ignore[assignment]
    launcher: dict[str, Any] = OmegaConf.to_container(cfg.launcher, resolve=True)  # type: ignore[assignment]
    check_size(sweep, space)
    check_objectives(cfg, sweep["metric"], sweep["direction"])
    check_sampler(sweep)
    check_groups(sweep, space, cfg)
    check_pruner(sweep)
    check_first(sweep, space)
    check_times(sweep)
    if sweep["seeds"] > 1 and any(d.key == "seed" for d in space.dimensions):
        raise SettingError("sweep.seeds", sweep["seeds"], "must be 1 where seed is searched")
    check_writable("paths.output_dir", cfg.paths.output_dir, Path(cfg.paths.output_dir))
    check_storage(sweep["storage"])
    check_launcher(launcher)


def check_size(sweep: dict[str, Any], space: Space) -> None:
    """Check that a grid has points, and that any other sampler has a search space and an end."""
    sampler = sweep["sampler"]
    intervals = [d for d in space.dimensions if d.kind != "choice"]
    if sampler == "grid":
        if intervals:
            rule = f"has no points in the interval of {intervals[0].key}: choose sweep=random or sweep=tpe"
            raise SettingError("sweep", "grid", rule)
        if space.dimensions and next(space.grid(), None) is None:
            raise SettingError("sweep.constraints", list(space.constraints), "leave nothing of the grid")
        return
    if sampler == "cmaes" and len(intervals) < LEAST_INTERVALS:
        rule = (
            "searches two or more intervals of numbers together, and draws all else at random: "
            "add KEY=interval(LOW,HIGH), or choose sweep=tpe"
        )
        raise SettingError("sweep", sampler, rule)
    if not space.dimensions:
        rule = "has nothing to search: add sweep.space, or KEY=interval(LOW,HIGH) or KEY=A,B"
        raise SettingError("sweep.sampler", sampler, rule)
    if sweep["trials"] is None and sweep["timeout"] is None:
        raise SettingError("sweep.trials", "null", f"must be given with {sampler}, or sweep.timeout")


def check_sampler(sweep: dict[str, Any]) -> None:
    name, options = sweep["sampler"], sweep["sampler_options"]
    if name == "cmaes":
        if find_spec("cmaes") is None:
            raise SettingError("sweep.sampler", name, "needs the package cmaes: pip install cmaes")
        if len(listed(sweep["metric"])) > 1:
            rule = "knows a single metric: choose sweep=nsga2 or sweep=tpe for several"
            raise SettingError("sweep.sampler", name, rule)
    if options:
        from rnnlab.run.study.choice import make_sampler  # late: imports Optuna

        make_sampler(name, options, sweep["seed"])


def check_pruner(sweep: dict[str, Any]) -> None:
    name, metrics = sweep["pruner"], listed(sweep["metric"])
    if name != "none" and len(metrics) > 1:
        rule = "must be none with several metrics: none says which fell behind"
        raise SettingError("sweep.pruner", name, rule)
    if name != "none" and not str(metrics[0]).startswith("val/"):
        raise SettingError("sweep.pruner", name, f"must be none: {metrics[0]} is known at the end alone")
    if sweep["pruner_options"]:
        from rnnlab.run.study.choice import make_pruner

        make_pruner(name, sweep["pruner_options"])


def check_first(sweep: dict[str, Any], space: Space) -> None:
    first, trials = sweep["first"] or [], sweep["trials"]
    if first and sweep["sampler"] == "grid":
        raise SettingError("sweep.first", first, "must be empty with a grid, which tries everything")
    if trials is not None and len(first) > trials:
        raise SettingError("sweep.first", first, f"must be at most sweep.trials, which is {trials}")
    first_values(space, first)


def check_times(sweep: dict[str, Any]) -> None:
    for name in ("timeout", "stall_limit"):
        seconds_in(sweep, name)
    if sweep["heartbeat_timeout"] < 2 * sweep["heartbeat"]:
        rule = f"must be at least two beats, {2 * sweep['heartbeat']:g} seconds"
        raise SettingError("sweep.heartbeat_timeout", sweep["heartbeat_timeout"], rule)


def seconds_in(sweep: Mapping[str, Any], name: str) -> float | None:
    """Return a duration setting of `sweep` in seconds. Raises SettingError if it is not a duration."""
    try:
        return seconds_of(sweep[name])
    except ValueError as error:
        raise SettingError(f"sweep.{name}", sweep[name], f"{error}, or null") from error


def check_launcher(settings: dict[str, Any]) -> None:
    from rnnlab.sweep.launch.base import make_launcher

    make_launcher(settings).check(settings)

"""Check the settings of a sweep whose groups are tuned separately."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.sweep.check_objectives import listed
from rnnlab.sweep.space.search_space import Space

SAMPLERS = ("grid", "random", "qmc")  # whose draws depend on no result


def check_groups(sweep: Mapping[str, Any], space: Space, cfg: DictConfig) -> None:
    """Raise SettingError for `sweep.each` and what goes with it.

    Args:
        sweep: the config's `sweep`, in plain values.
        cfg: the config of one of the jobs.
    """
    _check_enough(sweep)
    _check_tune(sweep)
    if not sweep["each"] and not sweep["confirm_seeds"]:
        return
    _check_each(sweep["each"], space, cfg)
    name = "sweep.each" if sweep["each"] else "sweep.confirm_seeds"
    if sweep["sampler"] not in SAMPLERS:
        rule = f"must be one of {', '.join(SAMPLERS)} with {name}: every group tries the same settings"
        raise SettingError("sweep.sampler", sweep["sampler"], rule, SAMPLERS)
    if sweep["pruner"] != "none":
        raise SettingError("sweep.pruner", sweep["pruner"], f"must be none with {name}")
    if len(listed(sweep["metric"])) > 1:
        raise SettingError("sweep.metric", sweep["metric"], f"must be a single one with {name}")
    if sweep["trials"] is None and sweep["sampler"] != "grid":
        raise SettingError("sweep.trials", "null", f"must be given with {name}: the settings of each group")
    if any(d.key == "seed" for d in space.dimensions):
        raise SettingError(name, sweep[name.partition(".")[2]], "cannot stand where seed is searched")


def _check_enough(sweep: Mapping[str, Any]) -> None:
    enough, value = sweep["enough"], sweep["enough_value"]
    if enough is not None and not sweep["each"] and not sweep["confirm_seeds"]:
        raise SettingError("sweep.enough", enough, "belongs to sweep.each or sweep.confirm_seeds")
    if (enough is None) != (value is None):
        given = "enough" if value is None else "enough_value"
        other = "enough_value" if value is None else "enough"
        raise SettingError(f"sweep.{given}", sweep[given], f"must be given with sweep.{other}")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise SettingError("sweep.enough_value", value, "must be a number or null")


def _check_tune(sweep: Mapping[str, Any]) -> None:
    tune = sweep["tune"]
    if not isinstance(tune, list) or not all(isinstance(one, str) and "=" in one for one in tune):
        rule = "must be a list of settings such as [trainer.max_steps=300]"
        raise SettingError("sweep.tune", tune, rule)
    if tune and not sweep["confirm_seeds"]:
        raise SettingError("sweep.tune", tune, "needs sweep.confirm_seeds: all other trainings tune")


def _check_each(each: Any, space: Space, cfg: DictConfig) -> None:
    if not isinstance(each, list) or not all(isinstance(key, str) for key in each):
        raise SettingError("sweep.each", each, "must be a list of keys such as [model,probe]")
    dimensions = {d.key.lstrip("+"): d for d in space.dimensions}
    for key in each:
        if each.count(key) > 1:
            raise SettingError("sweep.each", key, "is named twice")
        if key not in dimensions and OmegaConf.select(cfg, key) is None:
            raise SettingError("sweep.each", key, "must name settings that are searched", dimensions)
        if key in dimensions and (dimensions[key].kind != "choice" or dimensions[key].when is not None):
            rule = "must name lists of values without a condition, and this is not one"
            raise SettingError("sweep.each", key, rule)
    _check_zips(each, space)


def _check_zips(each: Collection[str], space: Space) -> None:
    for keys in space.zips:
        inside = {key.lstrip("+") in each for key in keys}
        if len(inside) > 1:
            rule = "cannot pair a key of sweep.each with one that is tuned"
            raise SettingError("sweep.zip", f"[{','.join(keys)}]", rule)

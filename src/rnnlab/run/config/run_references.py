"""Resolve names of other runs to folders, so that a resumed or repeated run means the same ones."""

from __future__ import annotations

from functools import reduce
from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict

from rnnlab.kinds.lookup import kind_of
from rnnlab.run.config.check_pretrained import named_run, runs_of


def settle(cfg: DictConfig) -> None:
    """Replace `last` and similar names by whole paths, in `pretrained` and in settings that name runs.

    Raises:
        SettingError: there is no such run.
    """
    paths = [str(folder.path.absolute()) for folder in runs_of(cfg)]
    with open_dict(cfg):
        if paths:
            cfg.pretrained = paths if OmegaConf.is_list(cfg.pretrained) else paths[0]
        for setting, names in kind_of(cfg).named_runs(cfg).items():
            found = [_settled(cfg, setting, str(one), names) for one in OmegaConf.select(cfg, setting)]
            OmegaConf.update(cfg, setting, found)


def _settled(cfg: DictConfig, setting: str, name: str, runs: list[str]) -> str:
    return str(named_run(cfg, name, setting).path.absolute()) if name in runs else name


def overrides(config: dict[str, Any]) -> list[str]:
    """Return overrides that give a new config the runs that this settled config found."""
    found = []
    if config.get("pretrained"):
        found.append(f"pretrained={written(config['pretrained'])}")
    named = isinstance(config.get("task"), dict) and "_target_" in config["task"]  # else it is broken
    for setting in kind_of(config).named_runs(OmegaConf.create(config)) if named else ():
        value = reduce(lambda node, name: node[name], setting.split("."), config)
        found.append(f"{setting}={written(value)}")  # type: ignore[arg-type]
    return found


def written(value: str | list[str]) -> str:
    """Quote a value for Hydra's parser, whatever characters a path has."""
    if isinstance(value, str):
        return "'" + value.replace("'", "\\'") + "'"
    return "[" + ",".join(map(written, value)) + "]"

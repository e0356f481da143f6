"""Names of other runs as their folders, so that a run that is resumed or repeated means the same ones."""

from __future__ import annotations

from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict

from rnnlab.run.config.check_objective import NGRAMS
from rnnlab.run.config.check_pretrained import named_run, runs_of


def settle(cfg: DictConfig) -> None:
    """Puts whole paths in the place of `last` and its like: `pretrained`, and the objective's teachers.

    Raises:
        SettingError: there is no such run.
    """
    paths = [str(folder.path.absolute()) for folder in runs_of(cfg)]
    with open_dict(cfg):
        if paths:
            cfg.pretrained = paths if OmegaConf.is_list(cfg.pretrained) else paths[0]
        if OmegaConf.select(cfg, "objective.teacher"):
            cfg.objective.teachers = [_settled(cfg, str(name)) for name in cfg.objective.teachers]


def _settled(cfg: DictConfig, name: str) -> str:
    return name if name == NGRAMS else str(named_run(cfg, name, "objective.teachers").path.absolute())


def overrides(config: dict[str, Any]) -> list[str]:
    """Return overrides that give a new config the runs that this settled config found."""
    objective, found = config.get("objective") or {}, []
    if config.get("pretrained"):
        found.append(f"pretrained={written(config['pretrained'])}")
    if objective.get("teacher"):
        found.append(f"objective.teachers={written(objective['teachers'])}")
    return found


def written(value: str | list[str]) -> str:
    """Quote a value for Hydra's parser, whatever characters a path has."""
    if isinstance(value, str):
        return "'" + value.replace("'", "\\'") + "'"
    return "[" + ",".join(map(written, value)) + "]"

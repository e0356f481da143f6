"""What stands against an n-gram classifier beside the network, as far as a config can show it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.check_objective import may_have_unlabelled

NAME = "naive_bayes"


def check_ngrams(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash."""
    if not cfg.get("ngrams"):
        return
    if not cfg.task._target_.endswith(".Classification"):
        rule = f"task={cfg.task.name} has no labels to learn: choose ngrams=none"
        raise SettingError("ngrams", NAME, rule)
    strengths = cfg.ngrams.get("strengths", [1.0])
    given = OmegaConf.to_container(strengths) if OmegaConf.is_list(strengths) else strengths
    if not isinstance(given, list) or not given or not all(map(is_strength, given)):
        raise SettingError("ngrams.strengths", given, "must be a list of at least one number > 0")
    check_blend(cfg.ngrams.get("blend"))
    if cfg.ngrams.get("self_training"):
        check_self_training(cfg)
    if find_spec("sklearn") is None:
        raise SettingError("ngrams", NAME, "needs scikit-learn: pip install scikit-learn")


def is_strength(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")


def check_blend(blend: Any) -> None:
    """Refuse weights that are not one of the network and one of the n-grams."""
    if blend is None:
        return
    given = OmegaConf.to_container(blend) if OmegaConf.is_list(blend) else blend
    if not isinstance(given, list) or len(given) != 2 or not all(map(is_strength, given)):
        raise SettingError("ngrams.blend", given, "must be null or two numbers > 0, of network and n-grams")


def check_self_training(cfg: DictConfig) -> None:
    """Refuse it without texts to label, or with n-grams that such texts are not kept for."""
    if cfg.ngrams.get("characters"):
        rule = "texts without labels are kept as tokens alone: choose ngrams.characters=0"
        raise SettingError("ngrams.self_training", True, rule)
    if not may_have_unlabelled(cfg.data):
        raise SettingError("ngrams.self_training", True, f"data={cfg.data.name} has no texts without labels")

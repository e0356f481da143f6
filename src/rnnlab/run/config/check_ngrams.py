"""What stands against an n-gram classifier beside the network, as far as a config can show it."""

from __future__ import annotations

from importlib.util import find_spec

from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.run.config.check_objective import may_have_unlabelled

NAME = "naive_bayes"


def check_ngrams(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash."""
    if not cfg.get("ngrams"):
        return
    if not cfg.task._target_.endswith(".Classification"):
        rule = f"task={cfg.task.name} has no labels to learn: choose ngrams=none"
        raise SettingError("ngrams", NAME, rule)
    if cfg.ngrams.get("self_training"):
        check_self_training(cfg)
    if find_spec("sklearn") is None:
        raise SettingError("ngrams", NAME, "needs scikit-learn: pip install scikit-learn")


def check_self_training(cfg: DictConfig) -> None:
    """Refuse it without texts to label, or with n-grams that such texts are not kept for."""
    if cfg.ngrams.get("characters"):
        rule = "texts without labels are kept as tokens alone: choose ngrams.characters=0"
        raise SettingError("ngrams.self_training", True, rule)
    if not may_have_unlabelled(cfg.data):
        raise SettingError("ngrams.self_training", True, f"data={cfg.data.name} has no texts without labels")

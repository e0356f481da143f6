"""Config checks for ngrams=."""

from __future__ import annotations

from importlib.util import find_spec

from rnnlab.errors import SettingError
from rnnlab.kinds.classification.check_objective import may_have_unlabelled
from rnnlab.kinds.work import Settings

NAME = "naive_bayes"


def check_ngrams(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    if not settings.get("ngrams"):
        return
    if settings.ngrams.get("self_training"):
        check_self_training(settings)
    if find_spec("sklearn") is None:
        raise SettingError("ngrams", NAME, "needs scikit-learn: pip install scikit-learn")


def check_self_training(settings: Settings) -> None:
    """Refuse self-training without texts to label, or with n-grams that such texts are not kept for."""
    if settings.ngrams.get("characters"):
        rule = "texts without labels are kept as tokens alone: choose ngrams.characters=0"
        raise SettingError("ngrams.self_training", True, rule)
    if not may_have_unlabelled(settings.data):
        rule = f"data={settings.data.name} has no texts without labels"
        raise SettingError("ngrams.self_training", True, rule)

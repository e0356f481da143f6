"""Config checks for objective=: model and data must be able to do what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from rnnlab.data.source import UNLABELLED, no_unlabelled
from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings

TERMS = ("adversarial", "virtual_adversarial", "entropy", "teacher")
NGRAMS = "ngrams"  # the teacher that a run fits for itself
WITHOUT_LABELS = TERMS[1:]


def check_objective(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    objective = settings.get("objective") or {}
    terms = [term for term in TERMS if objective.get(term)]
    if not terms:
        return
    first, weight = f"objective.{terms[0]}", settings.objective[terms[0]]
    if "sentence_encoder" in settings.model:
        rule = "needs a model that can be given word vectors: choose a flat one"
        raise SettingError(first, weight, rule)
    if settings.task.get("mixup"):
        rule = f"mixes rows, and {first}={weight} needs them as they are: choose augment.mixup=0"
        raise SettingError("augment.mixup", settings.task.mixup, rule)
    if settings.objective.teacher:
        check_teachers(settings)
    if wants_unlabelled(settings) and not may_have_unlabelled(settings.data):
        raise no_unlabelled(settings.objective.unlabelled_share, settings.data.name)


def check_teachers(settings: Settings) -> None:
    """Refuse distillation without texts or without teachers."""
    if not settings.objective.unlabelled_share:
        rule = "a teacher speaks of texts without labels: it must be > 0"
        raise SettingError("objective.unlabelled_share", settings.objective.unlabelled_share, rule)
    teachers = settings.objective.teachers
    if NGRAMS in teachers and find_spec("sklearn") is None:
        raise SettingError("objective.teachers", NGRAMS, "needs scikit-learn: pip install scikit-learn")


def wants_unlabelled(settings: Settings) -> bool:
    """Return whether batches need texts without labels."""
    objective = settings.get("objective") or {}
    terms = any(objective.get(term) for term in WITHOUT_LABELS)  # older runs do not have all of them
    return terms and bool(objective["unlabelled_share"])


def may_have_unlabelled(data: Mapping[str, Any]) -> bool:
    """Return whether a source of the data set is known to have texts without labels."""
    files, hub = data.get("files") or {}, data.get("hub") or {}
    splits: Mapping[str, Any] = hub.get("splits") or {}
    sources = {"files": files.get(UNLABELLED), "hub": splits.get(UNLABELLED)}
    source = data.get("source", "files")
    return any(sources.values()) if source == "auto" else bool(sources.get(source))

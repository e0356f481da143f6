"""Whether the task, the model and the data can do what the objective asks for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from omegaconf import DictConfig

from rnnlab.data.source import UNLABELLED, no_unlabelled
from rnnlab.errors import SettingError
from rnnlab.run.config.check_pretrained import named_run

TERMS = ("adversarial", "virtual_adversarial", "entropy", "teacher")
NGRAMS = "ngrams"  # the teacher that a run fits for itself
WITHOUT_LABELS = TERMS[1:]


def check_objective(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash."""
    terms = [term for term in TERMS if cfg.objective[term]]
    if not terms:
        return
    first, weight = f"objective.{terms[0]}", cfg.objective[terms[0]]
    if not cfg.task._target_.endswith(".Classification"):
        rule = f"is a term of classification, which task={cfg.task.name} is not: choose objective=supervised"
        raise SettingError(first, weight, rule)
    if "sentence_encoder" in cfg.model:
        rule = "needs a model that can be given word vectors: choose a flat one"
        raise SettingError(first, weight, rule)
    if cfg.task.get("mixup"):
        rule = f"mixes rows, and {first}={weight} needs them as they are: choose augment.mixup=0"
        raise SettingError("augment.mixup", cfg.task.mixup, rule)
    if cfg.objective.teacher:
        check_teachers(cfg)
    if wants_unlabelled(cfg) and not may_have_unlabelled(cfg.data):
        raise no_unlabelled(cfg.objective.unlabelled_share, cfg.data.name)


def check_teachers(cfg: DictConfig) -> None:
    """Refuse a lesson without texts or without teachers."""
    if not cfg.objective.unlabelled_share:
        rule = "a teacher speaks of texts without labels: it must be > 0"
        raise SettingError("objective.unlabelled_share", cfg.objective.unlabelled_share, rule)
    teachers = cfg.objective.teachers
    if NGRAMS in teachers and find_spec("sklearn") is None:
        raise SettingError("objective.teachers", NGRAMS, "needs scikit-learn: pip install scikit-learn")
    for name in teachers:
        if name != NGRAMS:
            named_run(cfg, str(name), "objective.teachers")


def wants_unlabelled(cfg: DictConfig) -> bool:
    """Whether batches are to bring texts without labels."""
    terms = any(cfg.objective.get(term) for term in WITHOUT_LABELS)  # runs of old have not all
    return bool(cfg.objective.unlabelled_share) and terms


def may_have_unlabelled(data: Mapping[str, Any]) -> bool:
    """Whether a source of the data set is known to have texts without labels."""
    files, hub = data.get("files") or {}, data.get("hub") or {}
    splits: Mapping[str, Any] = hub.get("splits") or {}
    sources = {"files": files.get(UNLABELLED), "hub": splits.get(UNLABELLED)}
    source = data.get("source", "files")
    return any(sources.values()) if source == "auto" else bool(sources.get(source))

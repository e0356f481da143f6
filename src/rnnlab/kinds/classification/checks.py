"""Config checks of classification: classes, prior, mixing, objective, n-grams and pretraining."""

from __future__ import annotations

from collections.abc import Sequence

from rnnlab.errors import SettingError
from rnnlab.kinds.classification.check_bptt import check_bptt
from rnnlab.kinds.classification.check_ngrams import check_ngrams
from rnnlab.kinds.classification.check_objective import check_objective
from rnnlab.kinds.classification.check_pretraining import check_pretraining
from rnnlab.kinds.classification.prior import target_prior
from rnnlab.kinds.work import Settings


def check_classification(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    check_multi_label(settings)
    check_weights(settings)
    check_mixup(settings)
    check_prior(settings)
    check_objective(settings)
    check_bptt(settings)
    check_ngrams(settings)
    check_pretraining(settings)


def check_multi_label(settings: Settings) -> None:
    """Refuse several labels a text where the command line could not choose the task for it."""
    if settings.task.get("multi_label"):
        rule = f"task={settings.task.name} gives each text one class: choose task=multi_label instead"
        raise SettingError("task.multi_label", True, rule)


def check_weights(settings: Settings) -> None:
    """Refuse a list of class weights of another length than the list of classes."""
    weights, classes = settings.task.get("class_weights"), settings.data.get("classes")
    if isinstance(weights, str | None) or classes is None:
        return
    if len(weights) != len(classes):
        raise SettingError("task.class_weights", weights, f"must have {len(classes)} weights, one a class")


def check_mixup(settings: Settings) -> None:
    """Refuse to mix words of texts whose sentences differ in number."""
    task = settings.task
    if "sentence_encoder" in settings.model and task.get("mixup") and task.mixup_level == "embedding":
        rule = "the words of two texts stand in different sentences: choose augment.mixup_level=hidden"
        raise SettingError("augment.mixup_level", task.mixup_level, rule)


def check_prior(settings: Settings) -> None:
    """Refuse a prior that is not a balance of the classes."""
    prior, classes = settings.task.get("prior"), settings.data.get("classes")
    if isinstance(prior, str) or not isinstance(prior, Sequence):
        target_prior(prior, [1])
    elif classes is not None:
        target_prior(list(prior), [1] * len(classes))

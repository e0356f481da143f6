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

AUGMENTED = ("word_dropout", "swap", "deletion", "insertion", "replacement", "typo", "sentences")


def check_classification(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    check_multi_label(settings)
    check_pairs(settings)
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


def check_pairs(settings: Settings) -> None:
    """Refuse what moves or drops the mark between two texts, and to encode single texts as pairs."""
    pairs, model = not isinstance(settings.data.get("text_column", ""), str), settings.model
    if model.get("pairs") == "apart":
        check_apart(settings, pairs)
    if pairs and "sentence_encoder" in model:
        rule = "makes pairs of texts, and model=hierarchical reads single ones: choose a flat model"
        raise SettingError("data.text_column", list(settings.data.text_column), rule)
    for name in AUGMENTED if pairs else ():
        value = (settings.get("augment") or {}).get(name)
        if value:
            rule = "would move or drop the mark between two texts: choose 0, or augment=none"
            raise SettingError(f"augment.{name}", value, rule)


def check_apart(settings: Settings, pairs: bool) -> None:
    """Refuse two encodings of what is no pair, and losses that change the word vectors of single texts."""
    if not pairs:
        rule = "encodes two texts: it needs data.text_column=[premise,hypothesis]"
        raise SettingError("model.pairs", "apart", rule)
    if settings.task.get("network", {}).get("bptt") is not None:
        rule = "cuts single texts: choose null, or model.pairs=joined"
        raise SettingError("task.network.bptt", settings.task.network.bptt, rule)
    terms = {
        f"objective.{name}": settings.objective.get(name) for name in ("adversarial", "virtual_adversarial")
    }
    for name, value in {**terms, "augment.mixup": settings.task.get("mixup")}.items():
        if value:
            rule = "changes the word vectors of single texts: choose 0, or model.pairs=joined"
            raise SettingError(name, value, rule)


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

"""What of text, tokenizer, augmentation and model cannot go together, as far as a config can show it."""

from __future__ import annotations

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.kinds.classification.prior import target_prior
from rnnlab.text.cleaner import Cleaner


def check_text(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash."""
    check_cleaning(cfg)
    check_sentences(cfg)
    if cfg.task._target_.endswith(".LanguageModeling"):
        check_running_text(cfg)
    elif cfg.task._target_.endswith(".Classification"):
        check_mixup(cfg)
        check_prior(cfg)


def check_cleaning(cfg: DictConfig) -> None:
    if cfg.text._target_.endswith(".text.cleaner.Cleaner"):
        Cleaner({str(name): value for name, value in cfg.text.steps.items()})  # says itself what is wrong


def check_sentences(cfg: DictConfig) -> None:
    """A hierarchical model reads sentences and no other does; what a saved tokenizer is shows only later."""
    target = cfg.tokenizer._target_
    if target.endswith(".SavedTokenizer"):
        return
    sentences, hierarchical = target.endswith(".SentenceTokenizer"), "sentence_encoder" in cfg.model
    if sentences and not hierarchical:
        rule = "cuts a text into sentences, which a flat model does not read: choose model=hierarchical"
        raise SettingError("tokenizer", "sentence", rule)
    if hierarchical and not sentences:
        rule = "reads sentences, which this tokenizer does not mark: choose tokenizer=sentence"
        raise SettingError("model", "hierarchical", rule)


def check_running_text(cfg: DictConfig) -> None:
    """A language model predicts the very text that augmentation would change, and is one flat network."""
    if cfg.model.get("members", 1) > 1:
        rule = f"task={cfg.task.name} predicts with one network"
        raise SettingError("model.members", cfg.model.members, rule)
    if cfg.task.network.get("tie_weights") and cfg.embedding.freeze_epochs:
        rule = "task.network.tie_weights=true trains the vectors from the start: choose 0"
        raise SettingError("embedding.freeze_epochs", cfg.embedding.freeze_epochs, rule)
    off = {"probability", "pick", "mixup_level"}
    changed = [
        str(name) for name, value in cfg.augment.items() if value and name not in off and name != "_target_"
    ]
    if changed:
        rule = f"task={cfg.task.name} predicts the text as it is: choose augment=none"
        raise SettingError(f"augment.{changed[0]}", cfg.augment[changed[0]], rule)


def check_mixup(cfg: DictConfig) -> None:
    if "sentence_encoder" in cfg.model and cfg.task.mixup and cfg.task.mixup_level == "embedding":
        rule = "the words of two texts stand in different sentences: choose augment.mixup_level=hidden"
        raise SettingError("augment.mixup_level", cfg.task.mixup_level, rule)


def check_prior(cfg: DictConfig) -> None:
    prior, classes = cfg.task.prior, cfg.data.get("classes")
    setting = list(prior) if OmegaConf.is_list(prior) else prior
    if not isinstance(setting, list):
        target_prior(setting, [1])
    elif classes is not None:
        target_prior(setting, [1] * len(classes))

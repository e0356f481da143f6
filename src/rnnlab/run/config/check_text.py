"""Config checks for text= and tokenizer=, in the configs that have them."""

from __future__ import annotations

from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner

CLEANER = "rnnlab.text.cleaner.Cleaner"
SAVED = "rnnlab.tokenizer.saved.SavedTokenizer"
SENTENCES = "rnnlab.tokenizer.sentence.SentenceTokenizer"


def check_text(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash."""
    if cfg.get("text"):
        check_cleaning(cfg)
    if cfg.get("tokenizer"):
        check_sentences(cfg)


def check_cleaning(cfg: DictConfig) -> None:
    if cfg.text._target_ == CLEANER:
        Cleaner({str(name): value for name, value in cfg.text.steps.items()})  # it reports its own errors


def check_sentences(cfg: DictConfig) -> None:
    """Require sentences for a hierarchical model and for no other; saved tokenizers are checked later."""
    target = str(cfg.tokenizer._target_)
    if target == SAVED or not target.startswith("rnnlab."):
        return
    sentences, hierarchical = target == SENTENCES, "sentence_encoder" in cfg.model
    if sentences and not hierarchical:
        rule = "cuts a text into sentences, which a flat model does not read: choose model=hierarchical"
        raise SettingError("tokenizer", "sentence", rule)
    if hierarchical and not sentences:
        rule = "reads sentences, which this tokenizer does not mark: choose tokenizer=sentence"
        raise SettingError("model", "hierarchical", rule)

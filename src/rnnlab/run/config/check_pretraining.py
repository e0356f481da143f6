"""What stands against a pretraining on the text itself, as far as a config can show it."""

from __future__ import annotations

from typing import Any

from omegaconf import DictConfig

from rnnlab.errors import SettingError

NAME = "regions"


def check_pretraining(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash."""
    if not cfg.get("pretraining"):
        return
    if not cfg.task._target_.endswith(".Classification"):
        rule = f"prepares a classifier, which task={cfg.task.name} is not: choose pretraining=none"
        raise SettingError("pretraining", NAME, rule)
    if cfg.get("pretrained"):
        rule = "both give the weights to start from: choose pretraining=none or pretrained=null"
        raise SettingError("pretraining", NAME, rule)
    if "sentence_encoder" in cfg.model:
        raise SettingError("pretraining", NAME, "reads a text as one sequence of words: choose a flat model")
    check_sight(cfg.model)


def check_sight(model: Any) -> None:
    """Refuse an encoder whose states have read the words that they are to tell."""
    rule = "lets a state read the words that pretraining=regions tells from it: choose {}"
    if model.get("input_norm", "none") != "none":
        raise SettingError("model.input_norm", model.input_norm, rule.format("none"))
    attention = (model.encoder.get("attention") or {}).get("_target_", "")
    if attention and (model.get("bidirectional") or not attention.endswith(".CausalAttention")):
        raise SettingError("pretraining", NAME, "attention over all states reads what is told: choose none")
    if not model.get("bidirectional"):
        return
    if model.num_layers > 1:
        why = "1, an upper layer of two directions reads both"
        raise SettingError("model.num_layers", model.num_layers, rule.format(why))
    if model.mixing != "concat":
        raise SettingError("model.mixing", model.mixing, rule.format("concat"))

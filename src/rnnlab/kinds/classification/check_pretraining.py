"""Config checks for pretraining=."""

from __future__ import annotations

from typing import Any

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings

NAME = "regions"
CAUSAL = "rnnlab.model.causal_attention.CausalAttention"


def check_pretraining(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    if not settings.get("pretraining"):
        return
    if settings.get("pretrained"):
        rule = "both give the weights to start from: choose pretraining=none or pretrained=null"
        raise SettingError("pretraining", NAME, rule)
    if "sentence_encoder" in settings.model:
        raise SettingError("pretraining", NAME, "reads a text as one sequence of words: choose a flat model")
    check_sight(settings.model)


def check_sight(model: Any) -> None:
    """Refuse an encoder whose states have read the words that they are to predict."""
    rule = "lets a state read the words that pretraining=regions tells from it: choose {}"
    if model.get("input_norm", "none") != "none":
        raise SettingError("model.input_norm", model.input_norm, rule.format("none"))
    attention = (model.encoder.get("attention") or {}).get("_target_", "")
    if attention and (model.get("bidirectional") or attention != CAUSAL):
        raise SettingError("pretraining", NAME, "attention over all states reads what is told: choose none")
    if not model.get("bidirectional"):
        return
    if model.num_layers > 1:
        why = "1, an upper layer of two directions reads both"
        raise SettingError("model.num_layers", model.num_layers, rule.format(why))
    if model.mixing != "concat":
        raise SettingError("model.mixing", model.mixing, rule.format("concat"))

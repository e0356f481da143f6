"""Config checks of probes: models that read from left to right alone, and lengths in their order."""

from __future__ import annotations

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings

CAUSAL = "answers at each step from what came before: choose model=rnn, lstm, gru or another causal one"
SEES_ALL = "rnnlab.model.self_attention.SelfAttention"


def check_probe(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    check_causal(settings)
    data = settings.data
    if data.get("longest", 0) < data.get("shortest", 0):
        rule = f"must be data.shortest={data.shortest} or more"
        raise SettingError("data.longest", data.longest, rule)


def check_causal(settings: Settings) -> None:
    """Refuse a model whose answer at a step depends on later steps."""
    model, name = settings.model, settings.task.name
    if "sentence_encoder" in model:
        raise SettingError("model", "hierarchical", f"task={name} {CAUSAL}")
    if model.get("bidirectional"):
        raise SettingError("model.bidirectional", True, f"task={name} {CAUSAL}")
    if (model.encoder.get("attention") or {}).get("_target_") == SEES_ALL:
        raise SettingError("model.encoder.attention", "SelfAttention", f"task={name} {CAUSAL}")
    if "attention" in str(model.get("pooling")):
        rule = f"task={name} answers at each step and pools nothing: choose model=rnn, lstm or gru"
        raise SettingError("model.pooling", model.pooling, rule)
    if model.get("input_norm") == "batch":
        rule = f"lets a step see later ones of its batch, and task={name} answers at each: choose none"
        raise SettingError("model.input_norm", "batch", rule)

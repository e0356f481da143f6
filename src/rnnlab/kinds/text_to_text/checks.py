"""Config checks of text to text: decoder, vocabularies, monitored metric."""

from __future__ import annotations

from rnnlab.errors import SettingError
from rnnlab.kinds.metric import find_metric
from rnnlab.kinds.text_to_text.metrics import FORCED, METRICS
from rnnlab.kinds.work import Settings

POINTER = ".pointer."  # in the name of a decoder that copies words of the source


def check_text_to_text(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    check_vocabulary(settings)
    check_decoder(settings)
    check_coverage(settings)
    check_mode(settings)
    check_encoder(settings)


def monitored(settings: Settings) -> tuple[str, ...]:
    """Return the names that a training logs: the loss and each of `task.measures`."""
    forced = (name for metric in FORCED for name in metric.monitored)
    return (*forced, *(f"val/{name}" for name in settings.task.get("measures") or ()))


def copies(settings: Settings) -> bool:
    """Return whether the decoder copies words of the source, also those that the vocabulary lacks."""
    return POINTER in str((settings.get("decoder") or {}).get("_target_", ""))


def check_vocabulary(settings: Settings) -> None:
    """Refuse settings that need one vocabulary for both sides where there are two."""
    shared = bool(settings.data.get("shared_vocabulary"))
    needs = "needs one vocabulary for both sides: add data.shared_vocabulary=true"
    if copies(settings) and not shared:
        raise SettingError("decoder", "pointer", f"copies words of the source, and {needs}")
    tied = settings.task.network.get("tie_weights")
    if tied == "all" and not shared:
        raise SettingError("task.network.tie_weights", tied, needs)
    if shared and settings.get("target_tokenizer"):
        rule = "gives the target side a vocabulary of its own, and data.shared_vocabulary=true shares one"
        raise SettingError("target_tokenizer", settings.target_tokenizer.get("_target_"), rule)


def check_decoder(settings: Settings) -> None:
    """Refuse a decoder that would read the tokens that it writes."""
    decoder = settings.get("decoder") or {}
    if decoder.get("bidirectional"):
        rule = "reads the tokens that it is to write: only the encoder, model.bidirectional, may be true"
        raise SettingError("decoder.bidirectional", True, rule)


def check_coverage(settings: Settings) -> None:
    """Refuse the weight of a loss that the decoder has not."""
    weight = settings.task.get("coverage")
    if weight and not (settings.get("decoder") or {}).get("coverage"):
        rule = "weighs the coverage loss of a decoder that has none: add decoder.coverage=1.0"
        raise SettingError("task.coverage", weight, rule)


def check_mode(settings: Settings) -> None:
    """Refuse a mode against the direction of the monitored metric."""
    metric = find_metric(METRICS, settings.task.monitor)
    if metric is None:
        return
    mode = "min" if metric.lower_is_better else "max"
    if settings.task.mode != mode:
        rule = f"is the wrong direction of task.monitor={settings.task.monitor}: choose {mode}"
        raise SettingError("task.mode", settings.task.mode, rule)


def check_encoder(settings: Settings) -> None:
    """Refuse an encoder of sentences, which has no output for each word."""
    if "sentence_encoder" in settings.model:
        rule = f"reads whole sentences, and task={settings.task.name} reads word by word: choose model=bilstm"
        raise SettingError("model", "hierarchical", rule)

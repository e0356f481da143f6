"""Config checks of language modelling: direction, dynamic evaluation, styles, augmentation."""

from __future__ import annotations

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings

DOCUMENTS = "rnnlab.data.document_data.DocumentData"
SEES_ALL = "rnnlab.model.self_attention.SelfAttention"
LIKE = {"probability", "pick", "mixup_level", "_target_"}  # settings of augment that change nothing alone


def check_language(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    check_direction(settings)
    check_dynamic(settings)
    check_mixture(settings)
    check_styles(settings)
    check_running_text(settings)
    if settings.data.get("window_jitter") and settings.trainer.accumulate_grad_batches > 1:
        rule = "gives each window a learning rate of its own: it needs trainer.accumulate_grad_batches=1"
        raise SettingError("data.window_jitter", settings.data.window_jitter, rule)


def check_direction(settings: Settings) -> None:
    """Refuse a bidirectional model, which would read the symbols that it predicts."""
    model, name = settings.model, settings.task.name
    if model.get("bidirectional"):
        rule = (
            f"task={name} predicts the next symbol, which a backward direction has read: "
            "choose model=rnn, lstm or gru"
        )
        raise SettingError("model.bidirectional", True, rule)
    if (model.encoder.get("attention") or {}).get("_target_") == SEES_ALL:
        rule = f"task={name} predicts the next symbol, which it has seen: choose model=sha_lstm or lstm"
        raise SettingError("model.encoder.attention", "SelfAttention", rule)
    if "attention" in str(model.get("pooling")):
        rule = f"task={name} predicts at every position and pools nothing: choose model=rnn, lstm or gru"
        raise SettingError("model.pooling", model.pooling, rule)
    if model.get("input_norm") == "batch":
        rule = f"lets a step see later ones of its batch, which task={name} predicts: choose none"
        raise SettingError("model.input_norm", "batch", rule)


def check_dynamic(settings: Settings) -> None:
    """Refuse dynamic evaluation without a single running text, or without a text to test on."""
    dynamic, data = settings.task.get("dynamic_evaluation"), settings.data
    if dynamic is None or not dynamic.enabled:
        return
    if lacks_test(data):
        rule = (
            f"chooses its rates on the validation text, and data={data.name} holds no other out to test on: "
            "set data.test_fraction=0.1"
        )
        raise SettingError("task.dynamic_evaluation.enabled", True, rule)
    documents = data._target_ == DOCUMENTS
    if documents or data.get("paths"):
        what = "documents apart" if documents else "texts of several styles"
        rule = f"follows one running text, and these are {what}: choose false"
        raise SettingError("task.dynamic_evaluation.enabled", True, rule)


def check_mixture(settings: Settings) -> None:
    """Refuse a mixture with n-grams without a text to test on."""
    mixture, data = settings.task.get("ngram_mixture"), settings.data
    if mixture is not None and mixture.enabled and lacks_test(data):
        rule = (
            f"chooses its weight on the validation text, and data={data.name} holds no other out to test on: "
            "set data.test_fraction=0.1"
        )
        raise SettingError("task.ngram_mixture.enabled", True, rule)


def lacks_test(data: Settings) -> bool:
    """Return whether no text is tested at the end, not even that of the validation."""
    no_test = data.get("test_fraction") == 0 and not (data.get("files") or {}).get("test")
    return bool(no_test and data.get("validation_tests") is False)


def check_styles(settings: Settings) -> None:
    """Refuse vectors of styles for texts without styles; texts with styles may train a model without."""
    from rnnlab.data.styles import style_names

    data, size = settings.data, settings.model.get("style_size", 0)
    if data.get("paths"):
        style_names(list(data.paths), data.get("names"))
    elif size and str(data._target_).startswith("rnnlab."):
        rule = (
            f"needs texts of several styles, and data={data.name} has none: "
            "add data=styles data.paths=[a.txt,b.txt], or choose 0"
        )
        raise SettingError("model.style_size", size, rule)


def check_running_text(settings: Settings) -> None:
    """Refuse augmentation: it would change the very text that a language model predicts."""
    frozen = (settings.get("embedding") or {}).get("freeze_epochs")
    if settings.task.network.get("tie_weights") and frozen:
        rule = "task.network.tie_weights=true trains the vectors from the start: choose 0"
        raise SettingError("embedding.freeze_epochs", frozen, rule)
    augment = settings.get("augment") or {}
    changed = [str(name) for name, value in augment.items() if value and name not in LIKE]
    if changed:
        rule = f"task={settings.task.name} predicts the text as it is: choose augment=none"
        raise SettingError(f"augment.{changed[0]}", augment[changed[0]], rule)

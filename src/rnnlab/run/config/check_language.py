"""What of a language model's settings cannot go together, as far as a config can show it."""

from __future__ import annotations

from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.run.config.check_pretrained import check_pretrained


def check_language(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash."""
    check_pretrained(cfg)
    if not cfg.task._target_.endswith(".LanguageModeling"):
        return
    check_direction(cfg)
    check_dynamic(cfg)
    if cfg.data.get("window_jitter") and cfg.trainer.accumulate_grad_batches > 1:
        rule = "gives each window a learning rate of its own: it needs trainer.accumulate_grad_batches=1"
        raise SettingError("data.window_jitter", cfg.data.window_jitter, rule)


def check_direction(cfg: DictConfig) -> None:
    if cfg.model.get("bidirectional"):
        raise SettingError(
            "model.bidirectional",
            True,
            f"task={cfg.task.name} predicts the next symbol, which a backward direction has read: "
            "choose model=rnn, lstm or gru",
        )
    if "attention" in str(cfg.model.get("pooling")):
        raise SettingError(
            "model.pooling",
            cfg.model.pooling,
            f"task={cfg.task.name} predicts at every position and pools nothing: "
            "choose model=rnn, lstm or gru",
        )


def check_dynamic(cfg: DictConfig) -> None:
    settings = cfg.task.get("dynamic_evaluation")
    if settings is None:
        return
    data = cfg.data
    no_test = data.get("test_fraction") == 0 and not (data.get("files") or {}).get("test")
    if settings.enabled and no_test and data.get("validation_tests") is False:
        rule = (
            f"chooses its rates on the validation text, and data={data.name} holds no other out to test on: "
            "set data.test_fraction=0.1"
        )
        raise SettingError("task.dynamic_evaluation.enabled", True, rule)
    if settings.enabled and cfg.data._target_.endswith((".DocumentData", ".StyledData")):
        what = "documents apart" if cfg.data._target_.endswith(".DocumentData") else "texts of several styles"
        rule = f"follows one running text, and these are {what}: choose false"
        raise SettingError("task.dynamic_evaluation.enabled", True, rule)

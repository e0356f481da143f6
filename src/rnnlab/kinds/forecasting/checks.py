"""Config checks of forecasting: heads, models and data that cannot go together."""

from __future__ import annotations

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings

OF_WORDS = {  # heads that label words, by the classes of conf/head
    "rnnlab.model.head.crf.CRF": "crf",
    "rnnlab.model.head.softmax.Softmax": "softmax",
}
HEADS = "quantile, point, gaussian, student_t, negative_binomial or mixture"
COUNTS = "rnnlab.model.head.negative_binomial.NegativeBinomial"


def check_forecasting(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    check_head(settings)
    check_network(settings)
    check_prices(settings)


def check_head(settings: Settings) -> None:
    """Refuse a head of words, and one of counts on values that are scaled to others."""
    head, scaling = settings.head.get("_target_"), settings.data.get("scaling", "none")
    if head in OF_WORDS:
        rule = f"labels words, and task={settings.task.name} predicts numbers: choose {HEADS}"
        raise SettingError("head", OF_WORDS[head], rule)
    if head == COUNTS and scaling != "none":
        rule = "head=negative_binomial needs the counts themselves: choose data.scaling=none"
        raise SettingError("data.scaling", scaling, f"{rule} (and model.window_norm=scale)")


def check_network(settings: Settings) -> None:
    """Refuse a model of sentences in documents."""
    if "sentence_encoder" in settings.model:
        rule = f"task={settings.task.name} reads numbers, and this model reads sentences: choose model=gru"
        raise SettingError("model", "hierarchical", rule)


def check_prices(settings: Settings) -> None:
    """Refuse a forecast of prices without the baseline that repeats the last one."""
    if settings.data.get("prices") and not settings.get("baselines"):
        rule = "a forecast of prices is shown beside the one that repeats the last price: choose true"
        raise SettingError("baselines", "false", rule)

"""Rules for the settings of a multi-label classification, for constructors and early checks. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings
from rnnlab.rule import PROBABILITY, Flag, Number, Text
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items, Rule

T = TypeVar("T")
BALANCED = "balanced"

RULES: dict[str, Rule] = {
    "data.label_separator": Text(),
    "label_smoothing": PROBABILITY,
    "class_weights": Items(
        Number(0, 10**6, open="low"),
        1,
        words=(None, BALANCED),
        told="null, balanced or a list with a weight > 0 for each label",
    ),
    "thresholds": Number(0, 1, open="low high", words=("label", "one")),
    "calibrate": Flag(),
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[name])


def check_settings(settings: Settings) -> None:
    """Raise SettingError for the first setting that clashes with another."""
    weights, names = settings.task.class_weights, settings.data.get("classes")
    if weights is not None and not isinstance(weights, str) and names and len(weights) != len(names):
        raise SettingError("task.class_weights", weights, f"must have {len(names)} weights, one a label")
    if settings.model.get("pairs") == "apart":
        rule = f"is of task=classification: task={settings.task.name} reads both texts as one, choose joined"
        raise SettingError("model.pairs", "apart", rule)
    if "sentence_encoder" in settings.model:
        rule = "predicts single classes alone: choose a flat model, such as model=bilstm"
        raise SettingError("model", "hierarchical", rule)


def positive_weights(
    setting: str | Sequence[float] | None, counts: Sequence[int], rows: int
) -> list[float] | None:
    """Return the weight of the rows with each label in the loss; None weighs all alike.

    `balanced` lets the rows with a label weigh as much in all as those without it.

    Raises:
        SettingError: another number of weights than of labels.
    """
    if setting is None:
        return None
    if setting == BALANCED:
        return [(rows - count) / count if 0 < count < rows else 1.0 for count in counts]
    if len(setting) != len(counts):
        rule = f"must have {len(counts)} weights, one a label"
        raise SettingError("task.class_weights", list(setting), rule)
    return [float(weight) for weight in setting]

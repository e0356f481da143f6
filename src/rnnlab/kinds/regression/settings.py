"""Rules for the settings of a regression, for constructors and early checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Settings
from rnnlab.rule import Choice, Number
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Rule

T = TypeVar("T")
SQUARED, ABSOLUTE, HUBER, ORDINAL = LOSSES = ("squared", "absolute", "huber", "ordinal")
HUBER_DELTA = 1.0
MOST_LEVELS = 100  # different numbers of an ordinal regression

RULES: dict[str, Rule] = {
    "task.loss": Choice(LOSSES),
    "task.huber_delta": Number(0, 10**6, open="low"),
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[f"task.{name}"])


def check_settings(settings: Settings) -> None:
    """Raise SettingError for the first setting that clashes with another."""
    task = settings.task
    if task.loss != HUBER and task.huber_delta != HUBER_DELTA:
        rule = f"acts in task.loss=huber alone, and this is task.loss={task.loss}: choose {HUBER_DELTA}"
        raise SettingError("task.huber_delta", task.huber_delta, rule)
    if settings.model.get("pairs") == "apart":
        rule = f"is of task=classification: task={settings.task.name} reads both texts as one, choose joined"
        raise SettingError("model.pairs", "apart", rule)
    if "sentence_encoder" in settings.model:
        rule = "predicts classes alone: choose a flat model, such as model=bilstm"
        raise SettingError("model", "hierarchical", rule)

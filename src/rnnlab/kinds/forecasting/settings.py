"""Rules for the settings of forecasting, for constructors and early checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.data.series.settings import SERIES_RULES
from rnnlab.kinds.forecasting.conformal import METHODS
from rnnlab.rule import OPTIONAL_SIZE, Choice, Number
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items, Rule, Tree

T = TypeVar("T")
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
MEDIAN = 0.5

RULES: dict[str, Rule] = {
    **SERIES_RULES,
    "head": Tree(),
    "task.network.head": Tree(),
    "task.network.options": Tree(),
    "task.levels": Items(
        Number(0, 1, open="low high"),
        1,
        different=True,
        told="a list of different numbers between 0 and 1, such as [0.1,0.5,0.9]",
    ),
    "task.horizon_weight": Number(0, 10**6, open="low"),
    "task.validation_windows": OPTIONAL_SIZE,
    "task.conformal": Choice(METHODS),
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[f"task.{name}"])

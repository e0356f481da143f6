"""Rules for the settings of anomaly detection, for constructors and early checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.data.series.settings import SERIES_RULES
from rnnlab.model.scoring.settings import RULES as NETWORK_RULES
from rnnlab.rule import Choice, Number
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Rule, Tree

T = TypeVar("T")
QUANTILE, PEAKS, BUDGET = THRESHOLDS = ("quantile", "peaks", "budget")
MAX, MEAN = COMBINES = ("max", "mean")
LEAST_ERRORS = 20  # validation errors that a channel needs for units of its own
FLOOR = 0.01  # of a spread of errors, on the scaler's units

RULES: dict[str, Rule] = {
    **SERIES_RULES,
    "scoring": Tree(),
    "task.chunk": Number(2, 10**6, whole=True),
    "task.smoothing": Number(0, 10**9),
    "task.combine": Choice(COMBINES),
    "task.threshold": Choice(THRESHOLDS),
    "task.quantile": Number(0, 1, open="low high"),
    "task.risk": Number(0, 1, open="low high"),
    "task.alarms_per_day": Number(0, 10**6, open="low"),
    **{f"scoring.{name}": rule for name, rule in NETWORK_RULES.items()},
    **{f"task.network.{name}": rule for name, rule in NETWORK_RULES.items()},
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[f"task.{name}"])

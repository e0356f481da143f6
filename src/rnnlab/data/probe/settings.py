"""Valid values of the settings of probes, for constructors and config checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.errors import SettingError
from rnnlab.rule import SIZE, Number, Text, WrongValue
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items, Rule, Tree

T = TypeVar("T")

BUDGETS = ("laptop", "paper")
LONGEST = 10**6  # steps of a row, at most
LENGTH = Number(1, LONGEST, whole=True)
SIZES: dict[str, Rule] = {
    "shortest": LENGTH,
    "longest": LENGTH,
    "test_lengths": Items(LENGTH, 1, different=True, told="a list of different lengths, such as [20,40,80]"),
    "steps": SIZE,
    "batch_size": Number(1, 10**6, whole=True),
}
"""Rules of the keys below probe.sizes.BUDGET."""
PROBE_RULES: dict[str, Rule] = {
    "probe": Tree(),
    "probe.name": Text(),
    "probe.sizes": Tree(),
    **{f"probe.sizes.{budget}": Tree() for budget in BUDGETS},
    **{f"probe.sizes.{budget}.{key}": rule for budget in BUDGETS for key, rule in SIZES.items()},
}
"""Rules by the full key of a setting."""


def checked(name: str, value: T) -> T:
    """Return the value of `probe.NAME`. Raises SettingError, which names it, otherwise."""
    try:
        return checked_by(name, value, PROBE_RULES[f"probe.{name}"])
    except WrongValue as error:
        raise SettingError(f"probe.{name}", value, error.rule) from None

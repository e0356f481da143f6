"""Valid values of the settings of probes, for constructors and config checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.errors import SettingError
from rnnlab.rule import SIZE, Choice, Flag, Number, WrongValue
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items, Rule, Tree

T = TypeVar("T")

BUDGETS = ("laptop", "paper")
LONGEST = 10**6  # steps of a row, at most
ALPHABET = Number(2, 10**5, whole=True)
LENGTH = Number(1, LONGEST, whole=True)
SIZES: dict[str, Rule] = {
    "shortest": LENGTH,
    "longest": LENGTH,
    "test_lengths": Items(LENGTH, 1, different=True, told="a list of different lengths, such as [20,40,80]"),
    "steps": SIZE,
    "batch_size": Number(1, 10**6, whole=True),
}
"""Rules of the keys below probe.sizes.BUDGET."""
OWN: dict[str, Rule] = {
    "modulus": Number(2, 100, whole=True),
    "group": Choice(("S3", "S4", "S5", "A5")),
    "generators": Flag(),
    "kinds": Number(1, 4, whole=True),
    "max_depth": Number(1, 100, whole=True),
    **dict.fromkeys(("symbols", "keys", "values"), ALPHABET),
    **dict.fromkeys(("count", "spread"), Number(1, 1000, whole=True)),
    "permuted": Flag(),
}
"""Rules of single probes' settings, below probe or, where they differ by budget, below its sizes."""
PROBE_RULES: dict[str, Rule] = {
    "probe": Tree(),
    "probe.sizes": Tree(),
    **{f"probe.{key}": rule for key, rule in OWN.items()},
    **{f"probe.sizes.{budget}": Tree() for budget in BUDGETS},
    **{f"probe.sizes.{budget}.{key}": rule for budget in BUDGETS for key, rule in (OWN | SIZES).items()},
}
"""Rules by the full key of a setting."""


def checked(name: str, value: T) -> T:
    """Return the value of `probe.NAME`. Raises SettingError, which names it, otherwise."""
    try:
        return checked_by(name, value, PROBE_RULES[f"probe.{name}"])
    except WrongValue as error:
        raise SettingError(f"probe.{name}", value, error.rule) from None

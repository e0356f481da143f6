"""Rules for the settings of networks that score times; for constructors and early checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.rule import Choice, Number
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items, Rule

T = TypeVar("T")
SKIPS = ("last", "none")
MOST_AHEAD, MOST_WINDOW, LEAST_WINDOW = 10_000, 10_000, 2


RULES: dict[str, Rule] = {
    "ahead": Items(Number(1, MOST_AHEAD, whole=True), 1, different=True),
    "skip": Choice(SKIPS),
    "window": Number(LEAST_WINDOW, MOST_WINDOW, whole=True),
    "every": Number(1, MOST_WINDOW, whole=True),
    "code_size": Number(1, 2**63 - 1, whole=True),
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[name])

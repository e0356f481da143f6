"""Rules for the values of settings; each rule describes what it allows."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from math import isfinite
from typing import Protocol, TypeVar

T = TypeVar("T")


class Allows(Protocol):
    """A rule that describes what it allows: `f"must be {rule}"`."""

    def allows(self, value: object) -> bool: ...


@dataclass(frozen=True)
class Number:
    """A whole or real number in [low, high], or in [low, high) or (low, high] where an end is `open`.

    Infinity and nan are refused.
    """

    low: float | None = None
    high: float | None = None
    whole: bool = False
    open: str = ""
    words: tuple[object, ...] = ()

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        left = "" if self.low is None else f"{'>' if 'low' in self.open else '>='} {plain(self.low)}"
        right = "" if self.high is None else f"{'<' if 'high' in self.open else '<='} {plain(self.high)}"
        text = " ".join(part for part in (kind, " and ".join(p for p in (left, right) if p)) if part)
        return text + or_words(self.words)

    def allows(self, value: object) -> bool:
        if is_one_of(value, self.words):
            return True
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if not isinstance(value, int) and (self.whole or not isfinite(value)):
            return False
        above = self.low is None or value > self.low or (value == self.low and "low" not in self.open)
        below = self.high is None or value < self.high or (value == self.high and "high" not in self.open)
        return above and below


@dataclass(frozen=True)
class Amount:
    """A whole number of batches or, with a decimal point, a fraction of all batches, as in Lightning."""

    least: int = 1
    words: tuple[object, ...] = ()

    def __str__(self) -> str:
        sign = ">=" if self.least == 0 else ">"
        return f"a whole number >= {self.least}, a fraction {sign} 0.0 and <= 1.0" + or_words(self.words)

    def allows(self, value: object) -> bool:
        if is_one_of(value, self.words):
            return True
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if isinstance(value, int):
            return self.least <= value <= MOST
        return (value > 0 or (value == 0 and self.least == 0)) and value <= 1


@dataclass(frozen=True)
class Choice:
    """One of a few names."""

    names: tuple[object, ...]

    def __str__(self) -> str:
        return "one of " + ", ".join(dict.fromkeys(map(shown, self.names)))

    def allows(self, value: object) -> bool:
        return is_one_of(value, self.names)


@dataclass(frozen=True)
class Flag:
    """True or false; null where `optional`."""

    optional: bool = False

    def __str__(self) -> str:
        return "true or false" + (" or null" if self.optional else "")

    def allows(self, value: object) -> bool:
        return isinstance(value, bool) or (self.optional and value is None)


@dataclass(frozen=True)
class Pattern:
    """Text of one form, which `form` shows; null where `optional`."""

    expression: str
    form: str
    optional: bool = True

    def __str__(self) -> str:
        return self.form + (" or null" if self.optional else "")

    def allows(self, value: object) -> bool:
        return (self.optional and value is None) or (
            isinstance(value, str) and re.fullmatch(self.expression, value) is not None
        )


@dataclass(frozen=True)
class Text:
    """Non-empty text; null where `optional`. A number is text only in quotes."""

    optional: bool = False

    def __str__(self) -> str:
        return "text (a number as text: \"'3'\")" + (" or null" if self.optional else "")

    def allows(self, value: object) -> bool:
        return (self.optional and value is None) or (
            isinstance(value, str) and value != "" and "\0" not in value
        )


MOST = 10**9  # the upper bound of a count
SIZE = Number(1, MOST, whole=True)
OPTIONAL_SIZE = Number(1, MOST, whole=True, words=(None,))
COUNT = Number(0, MOST, whole=True)
SEED = Number(0, 2**32 - 1, whole=True)
WIDTH = Number(1, 2**63 - 1, whole=True)  # of a layer; `check_machine` compares it with the memory
OPTIONAL_WIDTH = Number(1, 2**63 - 1, whole=True, words=(None,))
PROBABILITY = Number(0, 1, open="high")
SHARE = Number(0, 1)
NAME = Pattern(r"[\w.][\w.+-]*", "a name of letters, digits and . _ + -", optional=False)


class WrongValue(ValueError):
    """An argument that violates its rule: name, value and rule in words."""

    def __init__(self, name: str, value: object, rule: Allows) -> None:
        self.name, self.value, self.rule = name, value, f"must be {rule}"
        super().__init__(f"{name}={value} {self.rule}")


def checked(name: str, value: T, rule: Allows) -> T:
    """Return a valid argument. Raises WrongValue, which names argument, value and rule, otherwise."""
    if not rule.allows(value):
        raise WrongValue(name, value, rule)
    return value


def is_one_of(value: object, words: tuple[object, ...]) -> bool:
    """Return whether a value equals one of the words and has its type: 1 is not true, and 1.0 is not 1."""
    if not isinstance(value, Hashable):
        return False
    return any(value is word or (type(value) is type(word) and value == word) for word in words)


def or_words(words: tuple[object, ...]) -> str:
    return "".join(f" or {shown(word)}" for word in words)


def shown(value: object) -> str:
    """Format a value as it is typed in YAML."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def plain(number: float) -> str:
    """Format a number: all digits of a whole number, `:g` for others."""
    return str(int(number)) if number == int(number) and abs(number) < 2**64 else f"{number:g}"

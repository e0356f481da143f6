"""Kinds of rules that a value can be held to; each says in words what it allows."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """A whole or real number in [low, high], or in [low, high) or (low, high] where an end is `open`."""

    low: float | None = None
    high: float | None = None
    whole: bool = False
    open: str = ""
    words: tuple[object, ...] = ()

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        left = "" if self.low is None else f"{'>' if 'low' in self.open else '>='} {self.low:g}"
        right = "" if self.high is None else f"{'<' if 'high' in self.open else '<='} {self.high:g}"
        text = " ".join(part for part in (kind, " and ".join(p for p in (left, right) if p)) if part)
        return text + "".join(f" or {'null' if word is None else word}" for word in self.words)

    def allows(self, value: object) -> bool:
        if value in self.words and not isinstance(value, bool):
            return True
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            return False
        if self.whole and not isinstance(value, int):
            return False
        above = self.low is None or value > self.low or (value == self.low and "low" not in self.open)
        below = self.high is None or value < self.high or (value == self.high and "high" not in self.open)
        return above and below


@dataclass(frozen=True)
class Choice:
    """One of a few names."""

    names: tuple[object, ...]

    def __str__(self) -> str:
        return "one of " + ", ".join("null" if name is None else str(name) for name in self.names)

    def allows(self, value: object) -> bool:
        return any(value is name or (value == name and type(value) is type(name)) for name in self.names)


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
class Names:
    """A list, which may be empty, of some of a few names."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"a list of {', '.join(self.names)}, or [] for none"

    def allows(self, value: object) -> bool:
        return isinstance(value, list) and all(each in self.names for each in value)


Rule = Number | Choice | Flag | Pattern | Names

SIZE = Number(1, whole=True)
OPTIONAL_SIZE = Number(1, whole=True, words=(None,))
PROBABILITY = Number(0, 1, open="high")

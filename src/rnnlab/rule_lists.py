"""Rules for lists and mappings."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from rnnlab.rule import Amount, Choice, Flag, Number, Pattern, Text, is_one_of, or_words

FEW = 3  # words that a rule lists


@dataclass(frozen=True)
class Label:
    """A class name: text, a number or a truth value."""

    def __str__(self) -> str:
        return "a name"

    def allows(self, value: object) -> bool:
        if isinstance(value, float):
            return isfinite(value)
        return isinstance(value, bool | int) or (isinstance(value, str) and value.strip() != "")


@dataclass(frozen=True)
class Names:
    """A possibly empty list of names out of a few allowed ones."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"a list of {', '.join(self.names)}, or [] for none"

    def allows(self, value: object) -> bool:
        return isinstance(value, list) and all(each in self.names for each in value)


@dataclass(frozen=True)
class Items:
    """A list of `least` to `most` elements that each satisfy a rule, all unequal if `different`.

    If `alone`, a single element without a list is allowed. `told` replaces the generated description.
    """

    each: Number | Text | Label | Pattern | Choice | Items
    least: int = 0
    most: int | None = None
    different: bool = False
    words: tuple[object, ...] = ()
    alone: bool = False
    told: str = ""

    def __str__(self) -> str:
        if self.told:
            return self.told
        if self.least == self.most:
            count = f" of {self.least}"
        else:
            count = f" of at least {self.least}" if self.least else ""
        unlike = "all different and " if self.different else ""
        alone = f"{self.each} or " if self.alone else ""
        return f"{alone}a list{count}, {unlike}each {self.each}" + or_words(self.words)

    def allows(self, value: object) -> bool:
        if is_one_of(value, self.words) or (self.alone and self.each.allows(value)):
            return True
        if not isinstance(value, list) or not all(map(self.each.allows, value)):
            return False
        if self.different and len({str(one).strip() for one in value}) < len(value):
            return False
        return self.least <= len(value) and (self.most is None or len(value) <= self.most)


@dataclass(frozen=True)
class Tree:
    """A mapping whose settings have their own rules; null if `optional`, or one of a few words."""

    optional: bool = False
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        null = (None,) if self.optional else ()
        few = self.words if len(self.words) <= FEW else (*self.words[:FEW], "others of that kind")
        return "a mapping {KEY: VALUE}" + or_words((*few, *null))

    def allows(self, value: object) -> bool:
        return isinstance(value, dict) or (value is None and self.optional) or is_one_of(value, self.words)


@dataclass(frozen=True)
class NameOrClass:
    """One of a few names, or a mapping with the name of an external class, which is called later."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"one of {', '.join(self.names)}, or {{_target_: package.module.Name, _partial_: true}}"

    def allows(self, value: object) -> bool:
        if isinstance(value, dict):
            return "_target_" in value and value.get("_partial_") is True
        return is_one_of(value, self.names)


@dataclass(frozen=True)
class PartSize:
    """The size of a part of each series: a fraction, a number of points, a first date; null: the rest."""

    def __str__(self) -> str:
        return "a fraction below 1, a count of points, a first date such as 2014-07-01, or null for the rest"

    def allows(self, value: object) -> bool:
        if isinstance(value, bool):
            return False
        if isinstance(value, int | float):
            return 0 < value < 1 or (value >= 0 and float(value).is_integer())
        return value is None or Text().allows(value)


Rule = (
    Number | Amount | Choice | Flag | Pattern | Text | Label | Names | NameOrClass | Items | Tree | PartSize
)

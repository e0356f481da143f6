"""Rules for the settings of tagging, for constructors and early checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.data.tagged_sentence import FORMATS
from rnnlab.evaluation.entities import SCHEMES
from rnnlab.kinds.tagging.naming import AUTO, NONE
from rnnlab.rule import Choice, Flag, Number, Text
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Label, Rule, Tree

T = TypeVar("T")

RULES: dict[str, Rule] = {
    "head": Tree(),
    "characters": Tree(),
    "task.network.head": Tree(),
    "task.network.characters": Tree(),
    "task.scheme": Choice(SCHEMES),
    "miss_cost": Number(0, 1000),
    "data.scheme": Choice((AUTO, NONE, *SCHEMES)),
    "data.format": Choice(FORMATS),
    "data.files.more": Text(optional=True),
    "data.more_types": Tree(optional=True),
    "more_outside": Text(optional=True),
    "common_words": Flag(),
    "data.token_column": Label(),
    "data.tag_column": Label(),
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[name])

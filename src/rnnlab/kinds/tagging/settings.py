"""Rules for the settings of tagging, for constructors and early checks. No torch."""

from __future__ import annotations

from rnnlab.data.tagged_sentence import FORMATS
from rnnlab.evaluation.entities import SCHEMES
from rnnlab.kinds.tagging.naming import AUTO, NONE
from rnnlab.rule import Choice
from rnnlab.rule_lists import Label, Rule, Tree

RULES: dict[str, Rule] = {
    "head": Tree(),
    "characters": Tree(),
    "task.network.head": Tree(),
    "task.network.characters": Tree(),
    "task.scheme": Choice(SCHEMES),
    "data.scheme": Choice((AUTO, NONE, *SCHEMES)),
    "data.format": Choice(FORMATS),
    "data.token_column": Label(),
    "data.tag_column": Label(),
}

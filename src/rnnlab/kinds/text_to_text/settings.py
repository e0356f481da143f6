"""Rules for the settings of text to text, for constructors and early checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.data.pair_settings import PAIR_RULES
from rnnlab.generate.sequence.settings import RULES as DECODING_RULES
from rnnlab.kinds.text_to_text.metrics import MEASURES
from rnnlab.model.decoder.settings import TIES
from rnnlab.rule import OPTIONAL_SIZE, PROBABILITY, SHARE, Choice, Number, Text
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items, Rule, Tree

T = TypeVar("T")
NAMES = Items(Choice(MEASURES), 1, different=True)

RULES: dict[str, Rule] = {
    **PAIR_RULES,
    "label_smoothing": PROBABILITY,
    "scheduled_sampling": SHARE,
    "coverage": Number(0, 10**6),
    "measures": NAMES,
    "test_measures": NAMES,
    "task.validation_rows": OPTIONAL_SIZE,
    "task.alphas": Items(Number(0, 100), told="a list of numbers >= 0 and <= 100, or [] for none"),
    "task.pretrained_decoder": Items(Text(), 0, 1, told="a list of one run, or [] for none"),
    "task.network.tie_weights": TIES,
    "target_tokenizer": Tree(optional=True),
    "task.decoding": Tree(),
    **{f"task.decoding.{name}": rule for name, rule in DECODING_RULES.items()},
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[name])

"""Rules for the settings of a language model's task, for constructors and early checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.rule import OPTIONAL_SIZE, PROBABILITY, SIZE, Choice, Flag, Number, Text
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items, Rule, Tree

T = TypeVar("T")
WEIGHT = Number(0, 10**6)  # of a term of a loss
POSITIVE = Number(0, 10**6, open="low")
ADAPTATIONS = Choice(("rms", "sgd"))
DYNAMIC_RULES: dict[str, Rule] = {
    "enabled": Flag(),
    "rule": ADAPTATIONS,
    "learning_rates": Items(POSITIVE, 1, told="a list of numbers > 0"),
    "decays": Items(Number(0, 1), 1, told="a list of numbers in [0, 1]"),
    "epsilon": POSITIVE,
    **dict.fromkeys(("segment", "training_segments", "validation_segments"), SIZE),
}
MIXTURE_RULES: dict[str, Rule] = {"enabled": Flag(), "validation_tokens": SIZE}

RULES: dict[str, Rule] = {
    "state_reset": PROBABILITY,
    "activation_regularization": WEIGHT,
    "temporal_activation_regularization": WEIGHT,
    "sampled_softmax": OPTIONAL_SIZE,
    "task.dynamic_evaluation": Tree(),
    **{f"task.dynamic_evaluation.{name}": rule for name, rule in DYNAMIC_RULES.items()},
    "task.ngram_mixture": Tree(),
    **{f"task.ngram_mixture.{name}": rule for name, rule in MIXTURE_RULES.items()},
    "task.samples": Tree(),
    "task.samples.prompt": Text(),
    "task.samples.length": SIZE,
    "task.samples.temperatures": Items(Number(0, 100, open="low")),
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[name])

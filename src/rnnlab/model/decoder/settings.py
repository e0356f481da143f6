"""Valid values of each decoder setting, for constructors and config checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.rule import WIDTH, Choice, Flag, Number
from rnnlab.rule import checked as checked_by

T = TypeVar("T")
SCORES = ("dot", "general", "additive")
BRIDGES = ("learned", "zero")
TIES = Choice(("none", "target", "all"))
"""`tie_weights` of an encoder-decoder; a language model's is a flag."""

DECODER_RULES: dict[str, Number | Choice | Flag] = {
    "score": Choice(SCORES),
    "bridge": Choice(BRIDGES),
    "input_feeding": Flag(),
    "coverage": Number(0, 1000),
    "bidirectional": Flag(),
    "dropout": Number(0, 1, open="high"),
}
"""Checks by setting name, which is also the name of the constructors' argument."""
PARTS: dict[str, Number | Choice] = {
    **dict.fromkeys(("memory_size", "output_size", "target_size"), WIDTH),
    "tie_weights": TIES,
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, DECODER_RULES[name] if name in DECODER_RULES else PARTS[name])

"""Valid values of each decoder setting, for constructors and config checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.model.settings import RULES
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
    "block": RULES["block"],
    "mlp_ratio": RULES["mlp_ratio"],
}
"""Checks by setting name, which is also the name of the constructors' argument."""
PARTS: dict[str, Number | Choice] = {
    **dict.fromkeys(("memory_size", "output_size", "target_size"), WIDTH),
    "tie_weights": TIES,
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, DECODER_RULES[name] if name in DECODER_RULES else PARTS[name])


def check_three_way(vocab_size: int, target_size: int, shared: bool, projected: int | None) -> None:
    """Raise ValueError unless one matrix can be the vectors of both sides and the output layer.

    Args:
        vocab_size, target_size: ids of the source and of the target.
        shared: whether they are the same.
        projected: size to which given vectors are mapped, or None.
    """
    if not shared:
        raise ValueError("tie_weights=all needs one vocabulary for both sides: choose tie_weights=target")
    if vocab_size != target_size:
        raise ValueError(f"tie_weights=all needs vocab_size={vocab_size} to equal target_size={target_size}")
    if projected is not None:
        raise ValueError(
            f"tie_weights=all needs vectors without pretrained.projection={projected}: "
            "the output layer's rows are the vectors themselves"
        )

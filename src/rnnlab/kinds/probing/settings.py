"""Rules for the settings of probes' runs, for constructors and early checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.data.probe.settings import BUDGETS, PROBE_RULES, SIZES
from rnnlab.rule import SEED, SIZE, Choice, Number
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Rule

T = TypeVar("T")
STOP_AT = 0.9995
SOLVED_AT = 0.999  # validation accuracy of a solved probe

RULES: dict[str, Rule] = {
    **PROBE_RULES,
    "budget": Choice(BUDGETS),
    "task.stop_at": Number(0, 1, open="low", words=(None,)),
    **{f"data.{name}": SIZES[name] for name in ("shortest", "longest", "test_lengths", "batch_size")},
    "data.validate_every": SIZE,
    "data.validation_rows": SIZE,
    "data.test_rows": SIZE,
    "data.evaluation_seed": SEED,
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[f"task.{name}"])

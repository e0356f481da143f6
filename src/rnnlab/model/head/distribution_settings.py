"""Valid values of the settings of forecasting heads, for constructors and config checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.rule import Choice, Number
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items

T = TypeVar("T")
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Levels of quantiles that are trained and reported where none are chosen."""
OF_NUMBERS = {  # heads of forecasters, by the classes of conf/head
    "rnnlab.model.head.point.Point": "point",
    "rnnlab.model.head.quantile.Quantile": "quantile",
    "rnnlab.model.head.gaussian.Gaussian": "gaussian",
    "rnnlab.model.head.student_t.StudentT": "student_t",
    "rnnlab.model.head.negative_binomial.NegativeBinomial": "negative_binomial",
    "rnnlab.model.head.mixture.Mixture": "mixture",
}
LEVEL_RULE = Items(Number(0, 1, open="lowhigh"), 1, different=True)

HEAD_RULES: dict[str, Number | Choice | Items] = {
    "head.loss": Choice(("mse", "mae", "huber")),
    "head.huber_delta": Number(0, 1e6, open="low"),
    "head.levels": LEVEL_RULE,
    "head.components": Number(1, 100, whole=True),
}
"""Checks by setting; the last part of its key is the name of the constructor's argument."""


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, HEAD_RULES[f"head.{name}"])

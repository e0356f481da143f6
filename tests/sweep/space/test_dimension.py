"""One thing that is searched: what it may be, and what it suggests."""

from __future__ import annotations

import optuna
import pytest

from rnnlab.sweep.space.dimension import Dimension

WRONG = [
    (Dimension("m"), "at least one value"),
    (Dimension("m", "float", low=1.0), "a low and a high end"),
    (Dimension("m", "float", low=2.0, high=1.0), "a low end below the high one, not 2 and 1"),
    (Dimension("m", "float", low=0.0, high=1.0, log=True), "start above 0"),
    (Dimension("m", "float", low=0.1, high=1.0, step=0.1, log=True), "none at all with log"),
    (Dimension("m", "int", low=1, high=9, step=0), "a step above 0"),
    (Dimension("m", "int", low=1, high=9, step=20), "fits between its ends"),
    (Dimension("m", "int", low=1.5, high=9), "whole ends"),
    (Dimension("m", "float", low=0, high=float("inf")), "ends that are numbers"),
]


@pytest.mark.parametrize(("dimension", "rule"), WRONG)
def test_what_cannot_be_searched_says_why(dimension: Dimension, rule: str) -> None:
    assert rule in (dimension.wrong() or "")


@pytest.mark.parametrize(
    "dimension",
    [
        Dimension("m", values=("gru", "lstm")),
        Dimension("x", "float", low=1e-4, high=1e-1, log=True),
        Dimension("x", "float", low=0.0, high=1.0, step=0.25),
        Dimension("n", "int", low=32, high=256, step=32),
        Dimension("n", "int", low=1, high=1000, log=True),
    ],
)
def test_suggestions_are_among_what_it_may_be_and_it_survives_a_file(dimension: Dimension) -> None:
    assert dimension.wrong() is None
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    values = [dimension.suggest(study.ask()) for _ in range(40)]
    assert all(dimension.holds(value) for value in values)
    assert len(set(values)) > 1
    assert Dimension.from_dict(dimension.to_dict()) == dimension
    assert all(dimension.holds(end) for end in dimension.ends())


def test_values_outside_do_not_hold() -> None:
    assert not Dimension("n", "int", low=1, high=9).holds(2.5)
    assert not Dimension("x", "float", low=0.0, high=1.0).holds("0.5")
    assert not Dimension("m", values=("gru",)).holds("lstm")


def test_a_value_takes_the_form_that_the_sampler_has() -> None:
    rates = Dimension("x", values=("1e-3", "0.01", "true", "null"))
    assert [rates.as_searched(value) for value in (0.001, "0.01", True, None, 1)] == [
        "1e-3",
        "0.01",
        "true",
        "null",
        None,
    ]
    sizes = Dimension("n", "int", low=32, high=256, step=32)
    assert [sizes.as_searched(value) for value in (64.0, 65, 300, True)] == [64, None, None, None]
    assert isinstance(sizes.as_searched(64.0), int)


def test_what_it_says_of_itself() -> None:
    assert Dimension("m", values=("gru", "lstm")).told() == "gru, lstm"
    assert Dimension("x", "float", low=1e-4, high=0.1, log=True).told() == "0.0001 to 0.1 (log)"
    assert Dimension("n", "int", low=32, high=256, step=32).told() == "32 to 256 in steps of 32"

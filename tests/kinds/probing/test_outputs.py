"""What a finished probe reports of its validations."""

from __future__ import annotations

import pytest

from rnnlab.kinds.probing.outputs import best_of, steps_to_solve

NAN = float("nan")


def validations(*pairs):
    return [
        {"step": 100.0 * (i + 1), "loss": loss, "accuracy": right} for i, (loss, right) in enumerate(pairs)
    ]


def test_the_best_validation_is_the_first_with_the_lowest_loss():
    assert best_of(validations((0.5, 0.7), (0.2, 0.9), (0.2, 0.8), (NAN, 1.0)))["step"] == 200
    assert best_of(validations((NAN, 0.5)))["step"] == 100
    assert best_of([]) == {}


@pytest.mark.parametrize(
    ("accuracies", "step"), [((0.5, 0.998), None), ((0.5, 0.999, 0.9), 200), ((), None)], ids=str
)
def test_a_probe_is_solved_at_the_first_validation_that_says_so(accuracies, step):
    assert steps_to_solve(validations(*((0.1, one) for one in accuracies))) == step

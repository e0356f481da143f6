"""Spreads in words."""

from rnnlab.evaluation.spread import spread
from rnnlab.sweep.outcome.spread import plus_minus


def test_a_mean_stands_with_half_of_its_interval():
    assert plus_minus(spread([0.5, 0.6, 0.7])) == "0.6000 ± 0.2484"


def test_a_single_value_stands_alone():
    assert plus_minus(spread([0.5])) == "0.5000"

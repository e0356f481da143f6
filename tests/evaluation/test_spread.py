"""Means over seeds."""

import math

import pytest

from rnnlab.evaluation.spread import spread


def test_half_an_interval_is_students():
    from scipy.stats import t

    values = [0.6, 0.61, 0.65]
    found = spread(values)
    low, high = t.interval(0.95, 2, loc=sum(values) / 3, scale=0.0264575 / math.sqrt(3))
    assert (found.mean - found.half, found.mean + found.half) == pytest.approx((low, high), abs=1e-4)
    assert found.count == 3


def test_the_deviation_is_the_samples():
    found = spread([0.5, 0.6, 0.7])
    assert found.mean == pytest.approx(0.6)
    assert found.deviation == pytest.approx(0.1)
    assert found.half == pytest.approx(4.302653 * 0.1 / 3**0.5, rel=1e-5)  # t of 2 degrees at 0.975


def test_one_value_and_one_that_blew_up_have_none():
    assert (spread([0.5]).deviation, spread([0.5]).half) == (None, None)
    found = spread([0.5, math.inf])
    assert (found.mean, found.deviation, found.half, found.count) == (math.inf, None, None, 2)

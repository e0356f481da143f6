"""Forecasts of prices as changes: by hand, and a walk that nobody can forecast."""

import numpy as np
import pytest

from rnnlab.kinds.forecasting.returns import Returns, in_words, returns_of

NAN = float("nan")


def test_changes_by_hand():
    last = np.array([[100.0], [50.0]])
    label = np.array([[[110.0], [NAN]], [[50.0], [40.0]]])
    predicted = np.array([[[105.0], [1.0]], [[55.0], [60.0]]])
    found = returns_of(last, label, predicted)
    assert found.points == 3
    assert found.error == pytest.approx((0.05 + 0.1 + 0.4) / 3)
    assert found.repeat == pytest.approx((0.1 + 0 + 0.2) / 3)
    assert found.direction == pytest.approx(1 / 2)  # up and up, then up where it went down


def test_a_series_without_a_price_before_is_left_out():
    found = returns_of(np.array([[NAN], [0.0]]), np.ones((2, 1, 1)), np.ones((2, 1, 1)))
    assert found.points == 0
    assert np.isnan([found.error, found.repeat, found.direction]).all()


def test_repeating_the_last_price_has_the_error_of_repeat():
    rng = np.random.default_rng(0)
    walk = 100 + rng.normal(size=(50, 4, 1)).cumsum(1)
    last = np.full((50, 1), 100.0)
    found = returns_of(last, walk, np.full_like(walk, 100.0))
    assert found.error == pytest.approx(found.repeat)
    assert "no better than repeating the last price (0.0% more)" in in_words(found)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (0.009, "10.0% less than repeating the last price"),
        (0.011, "no better than repeating the last price (10.0% more)"),
    ],
)
def test_what_is_said(error, said):
    words = in_words(Returns(error, 0.01, 0.5, 9))
    assert said in words
    assert "the sign of 50.0% of the changes was forecast" in words

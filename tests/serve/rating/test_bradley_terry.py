from __future__ import annotations

import numpy as np
import pytest

from rnnlab.serve.rating.bradley_terry import intervals, strengths


def test_two_sources_are_as_far_apart_as_the_log_odds():
    found = strengths(np.array([[0.0, 9.0], [3.0, 0.0]]), prior=0)
    assert found[0] - found[1] == pytest.approx(np.log(3))
    assert found.sum() == pytest.approx(0)


def test_the_likelihood_has_its_maximum_there():
    wins = np.array([[0.0, 7.0, 4.0], [3.0, 0.0, 6.0], [2.0, 5.0, 0.0]])

    def likelihood(s: np.ndarray) -> float:
        return float(-(wins * np.log1p(np.exp(s[None] - s[:, None]))).sum())

    found = strengths(wins, prior=0)
    for step in np.random.default_rng(0).normal(scale=0.05, size=(50, 3)):
        assert likelihood(found + step) < likelihood(found) + 1e-9


def test_a_source_that_won_everything_is_finite_and_first():
    found = strengths(np.array([[0.0, 5.0], [0.0, 0.0]]))
    assert np.isfinite(found).all()
    assert found[0] > found[1]


def test_intervals_hold_the_estimate_and_shrink_with_more_answers():
    one = np.array([[[0.0, 1.0], [0.0, 0.0]]] * 3 + [[[0.0, 0.0], [1.0, 0.0]]])
    few, many = (np.tile(one, (times, 1, 1)) for times in (4, 40))
    widths = []
    for wins in (few, many):
        low, high = intervals(wins)
        assert (low <= strengths(wins.sum(0))).all()
        assert (strengths(wins.sum(0)) <= high).all()
        widths.append(float((high - low)[0]))
    assert widths[1] < widths[0] / 2

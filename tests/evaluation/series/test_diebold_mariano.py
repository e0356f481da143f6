"""The test of Diebold and Mariano against hand-computed values, and its size on simulated errors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from rnnlab.evaluation.series.diebold_mariano import diebold_mariano


def test_one_step_is_the_t_test_of_the_difference() -> None:
    """With one step the correction turns the variance by T into one by T - 1: Student's paired test."""
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 30)) ** 2
    found, known = diebold_mariano(first, second, 1), stats.ttest_rel(second, first)
    assert found is not None
    assert (found.statistic, found.p_value) == pytest.approx((known.statistic, known.pvalue))


def test_two_steps_by_hand() -> None:
    apart = np.array([1.0, 2.0, 0.0, 3.0, -1.0, 1.0])  # mean 1, autocovariances 10/6 and -7/6
    centred = apart - 1
    variance = (centred @ centred + 2 * centred[1:] @ centred[:-1]) / 6
    assert variance < 0  # so that the weights fall: 1, 1/2
    falling = (centred @ centred + centred[1:] @ centred[:-1]) / 6
    statistic = 1 / np.sqrt(falling / 6) * np.sqrt((6 + 1 - 4 + 2 / 6) / 6)
    found = diebold_mariano(np.zeros(6), apart, 2)
    assert found is not None
    assert found.statistic == pytest.approx(statistic)
    assert found.p_value == pytest.approx(2 * stats.t.sf(statistic, 5))


def test_equal_forecasters_are_rarely_told_apart() -> None:
    rng, rejected = np.random.default_rng(3), 0
    for _ in range(300):
        noise = np.convolve(rng.normal(size=203), np.ones(4), "valid")  # depends on itself over 4 origins
        found = diebold_mariano(np.zeros(200), noise, 4)
        assert found is not None
        rejected += found.p_value < 0.05
    assert 4 <= rejected <= 30


def test_too_few_origins_or_no_difference() -> None:
    assert diebold_mariano(np.zeros(8), np.arange(8), 4) is None
    assert diebold_mariano(np.ones(50), np.ones(50), 2) is None

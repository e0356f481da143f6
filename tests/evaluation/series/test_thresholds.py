"""Thresholds from validation scores: quantiles, tails of known distributions, budgets counted one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.evaluation.series.labelled import runs_of
from rnnlab.evaluation.series.thresholds import (
    budget_threshold,
    fit_tail,
    peaks_over_threshold,
    quantile_threshold,
    raise_alarms,
)


def test_an_alarm_is_above_the_threshold_and_a_missing_score_is_none():
    assert raise_alarms(np.array([1.0, 2.0, 3.0, np.nan]), 2.0).tolist() == [False, False, True, False]


def test_the_quantile_leaves_out_missing_scores():
    scores = np.array([np.nan, 0, 1, 2, 3, 4])
    assert quantile_threshold(scores, 0.75) == 3
    assert quantile_threshold(np.full(10, 5.0), 0.9) == 5  # which no constant score is above


@pytest.mark.parametrize("shape", [-0.2, 0.0, 0.3])
def test_the_tail_of_a_generalised_pareto_distribution_is_found(shape):
    from scipy.stats import genpareto

    excesses = genpareto(shape, scale=2.0).rvs(20_000, random_state=0)
    found = fit_tail(excesses)
    assert found == pytest.approx((shape, 2.0), abs=0.06)
    best = genpareto.logpdf(excesses, found[0], scale=found[1]).sum()
    assert best >= genpareto.logpdf(excesses, shape, scale=2.0).sum() - 1e-6


def test_the_tail_is_as_likely_as_that_of_scipy():
    from scipy.stats import genpareto

    excesses = np.random.default_rng(1).gamma(2.0, size=300)
    shape, scale = fit_tail(excesses)
    theirs = genpareto.fit(excesses, floc=0)
    ours = genpareto.logpdf(excesses, shape, scale=scale).sum()
    assert ours >= genpareto.logpdf(excesses, *theirs).sum() - 1e-6


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (lambda rng: rng.exponential(size=50_000), -np.log(1e-4)),
        (lambda rng: rng.random(50_000), 1 - 1e-4),
        (lambda rng: rng.normal(size=50_000), 3.719),
    ],
)
def test_peaks_over_threshold_reach_the_quantile_of_a_rare_risk(draw, expected):
    found = [peaks_over_threshold(draw(np.random.default_rng(seed)), 1e-4) for seed in range(3)]
    assert np.mean(found) == pytest.approx(expected, rel=0.06)


def test_peaks_over_threshold_of_constant_scores_is_their_value():
    assert peaks_over_threshold(np.full(100, 2.5), 1e-3) == 2.5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=40, max_size=120), st.sampled_from([1e-4, 1e-3, 1e-2]))
def test_a_smaller_risk_has_no_lower_threshold(scores, risk):
    lower = peaks_over_threshold(np.array(scores), risk)
    higher = peaks_over_threshold(np.array(scores), risk / 10)
    assert np.isfinite([lower, higher]).all()
    assert higher >= lower


@given(
    st.lists(st.one_of(st.integers(0, 6), st.just(np.nan)), min_size=1, max_size=40).filter(
        lambda scores: not np.isnan(scores).all()
    ),
    st.integers(0, 5),
)
def test_the_budget_is_kept_above_the_threshold_and_nowhere_below_it(scores, budget):
    scores = np.array(scores, float)
    found = budget_threshold(scores, budget, 1.0)

    def alarms(threshold):
        return len(runs_of(raise_alarms(scores, threshold)).starts)

    levels = np.unique(scores[~np.isnan(scores)])
    assert found in levels
    assert all(alarms(level) <= budget for level in levels if level >= found)
    below = levels[levels < found]
    assert not len(below) or alarms(below[-1]) > budget


def test_the_budget_counts_alarms_of_each_series():
    scores = np.array([0.0, 5.0, 5.0, 0.0])
    assert budget_threshold(scores, 1.0, 1.0) == 0
    assert budget_threshold(scores, 1.0, 1.0, [0, 2]) == 5  # one alarm ends with a series, another begins
    assert budget_threshold(scores, 1.0, 2.0, [0, 2]) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: quantile_threshold(np.ones(3), 0), "quantile=0 must be above 0 and at most 1"),
        (
            lambda: quantile_threshold(np.array([np.nan]), 0.5),
            "needs at least 1 validation scores, and there",
        ),
        (lambda: peaks_over_threshold(np.ones(39), 1e-3), "needs at least 40 validation scores, and .* 39"),
        (lambda: peaks_over_threshold(np.ones(50), 0.1), "risk=0.1 must be above 0 and below 1 - level=0.02"),
        (lambda: budget_threshold(np.ones(3), -1, 1), "alarms_per_day=-1 must be at least 0"),
        (lambda: budget_threshold(np.ones(3), 1, 0), "days=0 above 0"),
    ],
)
def test_what_has_no_threshold_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()

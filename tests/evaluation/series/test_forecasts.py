"""Measures of forecasts against hand-computed values and the published formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.evaluation.series.forecasts import (
    by_unit,
    forecast_scores,
    mase_scale,
    measures,
    row_sums,
    step_sums,
)
from rnnlab.evaluation.series.intervals import interval_pairs, level_weights
from rnnlab.evaluation.series.terms import Forecasts

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def drawn(seed: int, rows: int = 12, series: int = 3, missing: float = 0.2) -> Forecasts:
    """Random forecasts of 5 steps and 2 targets, some points missing."""
    rng = np.random.default_rng(seed)
    label = rng.normal(3, 2, (rows, 5, 2))
    quantiles = np.sort(rng.normal(3, 2, (rows, 5, 2, len(LEVELS))), -1)
    observed = rng.random(label.shape) >= missing
    return Forecasts(
        np.where(observed, label, np.nan),
        quantiles[..., 3],
        observed,
        rng.integers(0, series, rows),
        rng.uniform(0.5, 2, (series, 2)),
        LEVELS,
        quantiles,
        (label / 2, quantiles[..., 3] / 2),
        rng.normal(3, 2, label.shape),
    )


def test_hand_computed_values() -> None:
    label = np.array([[[1.0], [2.0]], [[4.0], [0.0]]])
    predicted = np.array([[[2.0], [2.0]], [[2.0], [0.0]]])
    found = forecast_scores(
        Forecasts(label, predicted, np.ones_like(label, bool), np.array([0, 1]), np.array([[0.5], [2.0]]))
    )
    assert found == pytest.approx(
        {
            "mae": 3 / 4,
            "rmse": np.sqrt(5 / 4),
            "smape": (200 / 3 + 200 * 2 / 6) / 4,
            "nd": 3 / 7,
            "nrmse": np.sqrt(5 / 4) / (7 / 4),
            "mase": (0.5 / 0.5 + 1 / 2) / 2,
        }
    )


def test_quantile_losses_are_those_of_gluonts() -> None:
    forecasts = drawn(0)
    there = forecasts.observed
    label = forecasts.label[there]
    losses = []
    for place, level in enumerate(LEVELS):
        told = forecasts.quantiles[..., place][there]
        losses.append(2 * np.abs((label - told) * ((label <= told) - level)).sum())  # gluonts' quantile_loss
    found = forecast_scores(forecasts)
    assert found["weighted_quantile_loss"] == pytest.approx(np.mean(losses) / np.abs(label).sum())
    assert found["crps"] == pytest.approx(np.dot(level_weights(LEVELS), losses) / there.sum())
    inside = (forecasts.quantiles[..., 1] <= forecasts.label) & (
        forecasts.label <= forecasts.quantiles[..., 5]
    )
    assert found["coverage_80"] == pytest.approx(inside[there].mean())
    assert found["width_95"] == pytest.approx(
        (forecasts.quantiles[..., 6] - forecasts.quantiles[..., 0])[there].mean()
    )


def test_crps_of_many_quantiles_is_that_of_a_normal_distribution() -> None:
    from scipy.stats import norm

    levels = tuple((np.arange(999) + 1) / 1000)
    label = np.full((1, 1, 1), 0.7)
    quantiles = norm.ppf(levels)[None, None, None]
    forecasts = Forecasts(
        label, label, np.ones_like(label, bool), np.zeros(1, int), np.ones((1, 1)), levels, quantiles
    )
    exact = (
        0.7 * (2 * norm.cdf(0.7) - 1) + 2 * norm.pdf(0.7) - 1 / np.sqrt(np.pi)
    )  # Gneiting and Raftery 2007
    assert forecast_scores(forecasts)["crps"] == pytest.approx(exact, abs=2e-3)
    few = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)  # the default levels: a little less than the exact score
    found = []
    for value in norm.ppf((np.arange(500) + 0.5) / 500):
        one = forecasts._replace(label=np.full((1, 1, 1), value), levels=few)
        found.append(forecast_scores(one._replace(quantiles=norm.ppf(few)[None, None, None]))["crps"])
    assert 0.96 < np.mean(found) * np.sqrt(np.pi) < 0.98  # the exact mean is 1 / sqrt(pi)


@given(st.integers(0, 10_000), st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_missing_points_count_for_nothing(seed: int, series: int) -> None:
    forecasts = drawn(seed, series=series)
    other = forecasts._replace(
        label=np.where(forecasts.observed, forecasts.label, 1e6),
        predicted=np.where(forecasts.observed, forecasts.predicted, np.nan),
    )
    assert forecast_scores(other) == pytest.approx(forecast_scores(forecasts), nan_ok=True)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_order_and_grouping_of_rows_do_not_matter(seed: int) -> None:
    forecasts = drawn(seed)
    whole = forecast_scores(forecasts)
    shuffled = forecasts.take(np.random.default_rng(seed).permutation(len(forecasts.label)))
    assert forecast_scores(shuffled) == pytest.approx(whole, nan_ok=True)
    steps = {name: values.sum(0) for name, values in step_sums(forecasts).items()}  # (U, C)
    assert {k: float(v) for k, v in measures(steps).items()} == pytest.approx(whole, nan_ok=True)


def test_by_series_is_each_series_alone() -> None:
    forecasts = drawn(3)
    sums = by_unit(row_sums(forecasts), forecasts.series)
    each = measures({name: values[:, None] for name, values in sums.items()})
    for series in range(3):
        alone = forecast_scores(forecasts.take(forecasts.series == series))
        assert {name: values[series] for name, values in each.items()} == pytest.approx(alone)


def test_owa_of_the_reference_is_one() -> None:
    forecasts = drawn(4)
    assert forecast_scores(forecasts._replace(predicted=forecasts.reference))["owa"] == pytest.approx(1)


def test_mase_scale_by_hand_and_where_there_is_none() -> None:
    values = np.array([[1.0, 5.0], [2.0, 5.0], [4.0, 5.0], [np.nan, 5.0], [5.0, 5.0]])
    assert mase_scale(values, 2) == pytest.approx([(3 + 1) / 2, np.nan], nan_ok=True)
    assert np.isnan(mase_scale(values, 5)).all()
    constant = Forecasts(
        *[np.ones((1, 2, 1))] * 2, np.ones((1, 2, 1), bool), np.zeros(1, int), np.full((1, 1), np.nan)
    )
    assert "mase" not in forecast_scores(constant)


def test_pairs_of_levels() -> None:
    assert interval_pairs(LEVELS) == {80: (1, 5), 95: (0, 6)}
    assert interval_pairs((0.1, 0.5, 0.9)) == {80: (0, 2)}
    assert level_weights(LEVELS).sum() == pytest.approx(1)

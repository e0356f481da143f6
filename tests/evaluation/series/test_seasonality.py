"""M4's test of seasonality and its indices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.evaluation.series.seasonality import (
    autocorrelations,
    centred_mean,
    is_seasonal,
    seasonal_indices,
)


def test_indices_of_an_exact_season() -> None:
    season, level = np.array([0.5, 1.5, 1.2, 0.8]), np.arange(40) + 20.0
    found = seasonal_indices(np.tile(season, 10) * 30, 4)
    assert found is not None
    assert found.ratio
    assert found.values == pytest.approx(season)
    assert found.of(np.array([0, 5, 7])) == pytest.approx([0.5, 1.5, 0.8])
    negative = seasonal_indices(np.tile(season - 1, 10), 4)
    assert negative is not None
    assert not negative.ratio
    assert negative.values == pytest.approx(season - 1)
    assert seasonal_indices(level, 1) is None


def test_noise_constants_and_short_series_are_not_seasonal() -> None:
    noise = np.random.default_rng(0).normal(size=300)
    assert not is_seasonal(noise, 12)
    assert not is_seasonal(np.full(100, 3.1), 4)
    assert not is_seasonal(np.tile([1.0, 2.0, 3.0, 4.0], 2), 4)
    assert is_seasonal(np.tile([1.0, 2.0, 3.0, 4.0], 3), 4)


@given(st.integers(0, 1000), st.integers(1, 9))
@settings(max_examples=20, deadline=None)
def test_autocorrelations_are_their_definition(seed: int, most: int) -> None:
    values = np.random.default_rng(seed).normal(size=40)
    apart = values - values.mean()
    exact = [apart[lag:] @ apart[: 40 - lag] / (apart @ apart) for lag in range(1, most + 1)]
    assert autocorrelations(values, most) == pytest.approx(exact)


def test_centred_mean_of_an_even_and_an_odd_season() -> None:
    values = np.arange(9.0) ** 2
    even, odd = centred_mean(values, 4), centred_mean(values, 3)
    assert np.isnan(even[:2]).all()
    assert even[2] == pytest.approx((0 / 2 + 1 + 4 + 9 + 16 / 2) / 4)
    assert odd[1] == pytest.approx((0 + 1 + 4) / 3)

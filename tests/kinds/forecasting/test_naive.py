"""Forecasts without anything learned, by hand and as properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.kinds.forecasting.naive import (
    Places,
    carried,
    drift,
    histories,
    naive2,
    repeat,
    seasonal_naive,
)

NAN = np.nan
VALUES = np.array([1.0, 3.0, 2.0, NAN, 6.0, 0.0, 10.0, 20.0, NAN])[:, None]
STARTS = np.array([0, 6, 9])
ALL = (repeat, drift, seasonal_naive, naive2)


def test_by_hand() -> None:
    past = histories(VALUES, STARTS, 2)
    places = Places(np.array([0, 0, 1]), np.array([4, 6, 8]))
    assert repeat(past, places, 2)[..., 0].tolist() == [[2, 2], [0, 0], [20, 20]]
    assert drift(past, places, 2)[..., 0] == pytest.approx(np.array([[7 / 3, 8 / 3], [-0.2, -0.4], [30, 40]]))
    assert seasonal_naive(past, places, 3)[..., 0].tolist() == [[2, 3, 2], [6, 0, 6], [10, 20, 10]]


def test_less_than_a_season_repeats_the_last_value() -> None:
    past = histories(VALUES, STARTS, 4)
    assert seasonal_naive(past, Places(np.array([1]), np.array([8])), 4).ravel().tolist() == [20, 20, 10, 20]


def test_missing_values_are_carried_by_their_phase() -> None:
    values = np.array([1.0, 2.0, NAN, NAN, 5.0, NAN, NAN])[:, None]
    assert carried(values, 1).ravel().tolist() == [1, 2, 2, 2, 5, 5, 5]
    assert carried(values, 2).ravel().tolist() == [1, 2, 1, 2, 5, 2, 5]


@given(st.integers(0, 10_000), st.integers(1, 7))
@settings(max_examples=30, deadline=None)
def test_nothing_after_the_origin_is_read(seed: int, season: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.where(
        rng.random((80, 2)) < 0.1, NAN, rng.normal(size=(80, 2)) + np.arange(80)[:, None] % season
    )
    starts, places = np.array([0, 50, 80]), Places(np.array([0, 1]), np.array([40, 75]))
    later = values.copy()
    later[40:50], later[75:] = 1e6, -1e6
    for forecast in ALL:
        told = forecast(histories(values, starts, season), places, 5)
        assert np.array_equal(told, forecast(histories(later, starts, season), places, 5))
        assert np.isfinite(told).all()
        assert told.shape == (2, 5, 2)


def test_naive2_continues_a_seasonal_series_and_repeats_another() -> None:
    season = np.array([1.0, 2.0, 3.0, 2.0])
    values = np.concatenate([np.tile(season, 8), np.full(32, 5.0)])[:, None]
    past = histories(values, np.array([0, 32, 64]), 4)
    told = naive2(past, Places(np.array([0, 0, 1]), np.array([24, 25, 60])), 4)
    assert told[..., 0] == pytest.approx(np.array([[1, 2, 3, 2], [2, 3, 2, 1], [5, 5, 5, 5]]))

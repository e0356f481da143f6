"""Periods by autocorrelation."""

import numpy as np
import pytest

from rnnlab.evaluation.series.period import DEFAULT, autocorrelation, find_period


@pytest.mark.parametrize("period", [8, 24, 48, 288])
def test_the_period_of_a_noisy_sine(period):
    steps = np.arange(3000)
    noise = np.random.default_rng(0).normal(size=3000) * 0.05
    assert find_period(np.sin(2 * np.pi * steps / period) + noise) == pytest.approx(period, abs=2)


def test_missing_values_count_as_the_mean():
    values = np.sin(2 * np.pi * np.arange(600) / 24)
    values[100:130] = np.nan
    assert find_period(values) == 24


@pytest.mark.parametrize("values", [np.ones(500), np.arange(500.0), np.full(9, np.nan), np.array([1.0])])
def test_a_series_without_period_has_the_default(values):
    assert find_period(values) == DEFAULT


def test_the_autocorrelation_by_its_definition():
    values = np.random.default_rng(0).normal(size=50)
    centred = values - values.mean()
    expected = [centred[lag:] @ centred[: 50 - lag] / (centred @ centred) for lag in range(11)]
    assert autocorrelation(values, 10) == pytest.approx(np.array(expected))
    assert len(autocorrelation(values, 400)) == 50
    assert autocorrelation(np.ones(5), 3).tolist() == [0, 0, 0, 0]

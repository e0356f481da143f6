"""Intervals over series and blocks of origins: they cover, though windows overlap."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.evaluation.series.block_bootstrap import (
    blocks_of,
    forecast_differences,
    forecast_intervals,
    take_sums,
)
from rnnlab.evaluation.series.forecasts import Forecasts, by_unit, measures, row_sums


def forecasts_of(label: np.ndarray, series: np.ndarray, number: int) -> Forecasts:
    """Forecasts of 0 for labels (N, H)."""
    zeros = np.zeros((*label.shape, 1))
    return Forecasts(label[..., None], zeros, zeros == 0, series, np.ones((number, 1)))


def test_blocks_reach_over_the_horizon() -> None:
    series, origins = np.repeat([0, 1], 10), np.tile(np.arange(10) * 3, 2)
    assert blocks_of(series, origins, 12).length.tolist() == [4, 4]
    assert blocks_of(series, origins, 1000).length.tolist() == [10, 10]
    assert blocks_of(np.arange(5), np.zeros(5, int), 12).length.tolist() == [1] * 5


def test_the_order_of_rows_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    series, origins = np.repeat(np.arange(4), 30), np.tile(np.arange(30), 4)
    sums = row_sums(forecasts_of(rng.normal(size=(120, 6)), series, 4))
    mixed = rng.permutation(120)
    first = forecast_intervals(sums, series, blocks_of(series, origins, 6), 50)
    other = forecast_intervals(
        take_sums(sums, mixed), series[mixed], blocks_of(series[mixed], origins[mixed], 6), 50
    )
    assert {name: tuple(one) for name, one in other.items()} == {
        name: pytest.approx(tuple(one)) for name, one in first.items()
    }


def test_a_resample_has_the_rows_of_the_split() -> None:
    """Blocks that fit whole, and a last one that is cut: the count of points is that of the split."""
    from rnnlab.evaluation.series.block_bootstrap import _added, _draws

    series, origins = np.repeat([0, 1], [10, 7]), np.concatenate([np.arange(10), np.arange(7)])
    blocks = blocks_of(series, origins, 4)
    running = np.arange(18, dtype=float)[:, None, None]  # every row counts 1
    for drawn, firsts in _draws(blocks, 20, 0):
        assert _added(running, blocks, drawn, firsts).ravel().tolist() == blocks.counts[drawn].tolist()


def test_intervals_cover_the_mean_of_dependent_errors() -> None:
    """Moving averages over 8 steps: drawing single rows would give intervals of a third of the width."""
    covered, rng = 0, np.random.default_rng(1)
    series, origins = np.zeros(400, int), np.arange(400)
    blocks = blocks_of(series, origins, 24)
    for _ in range(40):
        noise = np.convolve(rng.normal(size=407), np.ones(8) / 8, "valid")
        sums = row_sums(forecasts_of(np.exp(noise)[:, None], series, 1))
        one = forecast_intervals(sums, series, blocks, 200)["mae"]
        covered += one.low <= np.exp(1 / 16) <= one.high
    assert 32 <= covered <= 40


def test_few_blocks_give_no_interval() -> None:
    series, origins = np.zeros(30, int), np.arange(30)
    sums = row_sums(forecasts_of(np.ones((30, 15)), series, 1))
    assert forecast_intervals(sums, series, blocks_of(series, origins, 15)) == {}


def test_differences_are_of_the_same_draws() -> None:
    rng = np.random.default_rng(2)
    series, origins = np.repeat(np.arange(3), 40), np.tile(np.arange(40), 3)
    label, blocks = rng.normal(size=(120, 4)), blocks_of(series, origins, 4)
    first, second = (row_sums(forecasts_of(one, series, 3)) for one in (label * 1.5, label))
    found = forecast_differences(first, second, series, blocks, 200)
    assert found["mae"].p_value == pytest.approx(2 / 201)
    assert found["mae"].interval.high < 0
    whole = [measures(by_unit(one, series))["mae"] for one in (first, second)]
    assert found["mae"].interval.value == pytest.approx(float(whole[1] - whole[0]))
    same = forecast_differences(first, first, series, blocks, 50)
    assert same["rmse"].p_value == 1

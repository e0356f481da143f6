"""MASE's scale and Naive2's errors read each series before its test alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rnnlab.evaluation.series.forecasts import Forecasts, forecast_scores, row_sums
from rnnlab.kinds.forecasting.naive import Places, histories, naive2
from rnnlab.kinds.forecasting.scales import mase_scales, naive2_sums, reference_sums


def data_of(values: np.ndarray) -> Any:
    """Two series of 40 points, of which the last 8 are the test."""
    bounds = {"validation": np.array([[24, 32], [64, 72]]), "test": np.array([[32, 40], [72, 80]])}
    rows = SimpleNamespace(series=np.array([0, 0, 1]), origins=np.array([32, 36, 74]))
    return SimpleNamespace(
        table=SimpleNamespace(values=values, starts=np.array([0, 40, 80])),
        bounds=bounds,
        facts={"season": 4, "horizon": 4},
        rows=lambda split: rows,
    )


def test_test_values_change_no_scale() -> None:
    values = np.random.default_rng(0).normal(size=(80, 2)).astype(np.float32)
    found = mase_scales(data_of(values))
    assert found[0] == pytest.approx(np.abs(values[4:32] - values[:28]).mean(0), rel=1e-6)
    later = values.copy()
    later[32:40], later[72:] = 99, 99
    assert np.array_equal(mase_scales(data_of(later)), found)
    without = data_of(later)
    without.bounds["test"] = np.array([[40, 40], [80, 80]])
    before = mase_scales(without)
    later[24:32] = 98  # validation is what such a run tests on
    assert np.array_equal(mase_scales(without)[0], before[0])


def test_owa_from_the_sums_is_owa_of_the_forecasts() -> None:
    values = np.random.default_rng(1).uniform(1, 2, (80, 1)) + np.tile([0, 1, 3, 1], 20)[:, None]
    data = data_of(values)
    scale, places = mase_scales(data), Places(np.array([0, 1]), np.array([36, 74]))
    sums = reference_sums(data, "test", np.array([1, 2]), scale)
    label = np.stack([values[36:40], values[74:78]])
    told = naive2(histories(values, data.table.starts, 4), places, 4)
    forecasts = Forecasts(label, label + 0.1, np.ones_like(label, bool), places.series, scale, reference=told)
    exact = row_sums(forecasts)
    assert all(sums[name] == pytest.approx(exact[name]) for name in sums)
    assert "owa" in forecast_scores(forecasts)
    assert set(sums) == {name for name in exact if name.startswith("reference")}
    assert naive2_sums(data, places, scale)["reference_mase"].shape == (2, 1)

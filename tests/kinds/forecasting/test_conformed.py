"""Conformal intervals in the data's units, chosen on validation and applied to the test."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from rnnlab.data.series.scaling import Scaler
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.checks import check_tested
from rnnlab.kinds.forecasting.conformed import (
    Chosen,
    conformed,
    interval_measures,
    scores_of,
    sums_of_windows,
)
from rnnlab.kinds.forecasting.predicted import Predicted

LEVELS = (0.1, 0.5, 0.9)


def windows(number: int, seed: int, quantiles: bool) -> tuple[Predicted, Scaler]:
    """Point forecasts of two series, the second in units ten times as large, with intervals of no width or
    too narrow."""
    rng = np.random.default_rng(seed)
    series, size = np.repeat([0, 1], number), np.array([1.0, 10.0])
    units = size[series][:, None, None]
    predicted = units * (5 + rng.normal(size=(2 * number, 3, 1)))
    label = predicted + units * rng.normal(size=predicted.shape)
    own = predicted[..., None] + (units[..., None] * np.array([-0.1, 0, 0.1]) if quantiles else 0)
    origins = np.tile(np.arange(number), 2)
    levels = LEVELS if quantiles else (0.5,)
    scaler = Scaler("standard", 5 * size[:, None], size[:, None])
    return Predicted(
        np.arange(2 * number), series, origins, label, predicted, own[..., : len(levels)], levels
    ), scaler


@pytest.mark.parametrize("method", ["split", "adaptive"])
@pytest.mark.parametrize("quantiles", [True, False])
def test_the_test_is_covered_in_the_units_of_each_series(method: str, quantiles: bool) -> None:
    validation, scaler = windows(400, 0, quantiles)
    test, _ = windows(400, 1, quantiles)
    found = conformed(test, Chosen(method, scores_of(validation, scaler, LEVELS)), scaler)
    assert found.levels == LEVELS
    assert found.quantiles.shape == (800, 3, 1, 3)
    inside = (found.quantiles[..., 0] <= test.label) & (test.label <= found.quantiles[..., 2])
    for series in (0, 1):
        assert inside[test.series == series].mean() == pytest.approx(0.8, abs=0.04)
    sums = sums_of_windows(found, scaler, np.ones((2, 1)))
    measured = interval_measures(sums, found.series)
    assert measured["coverage_80"] == pytest.approx(inside.mean())
    assert set(measured) == {"weighted_quantile_loss", "crps", "coverage_80", "width_80"}


def test_without_a_test_there_is_nothing_to_measure_on() -> None:
    work = SimpleNamespace(settings=SimpleNamespace(task=SimpleNamespace(conformal="split")), has_test=False)
    with pytest.raises(SettingError, match=r"task.conformal=split: needs a test part: intervals fitted"):
        check_tested(work)
    work.has_test = True
    check_tested(work)

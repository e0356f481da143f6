"""Baselines of a forecaster on small series."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.data.series.scaling import Scaler
from rnnlab.evaluation.series.forecasts import mase_scale
from rnnlab.kinds.baselines import LeftOut
from rnnlab.kinds.forecasting import statistical
from rnnlab.kinds.forecasting.baseline_inputs import Material, quantiles_of
from rnnlab.kinds.forecasting.baselines import BASELINES
from rnnlab.kinds.forecasting.linear import KERNEL, decomposition, fit_linear, forecast
from rnnlab.kinds.forecasting.naive import Places
from rnnlab.kinds.forecasting.ridge import Moments, ridges
from rnnlab.report.baselines import failed_fits, headers, left_out, with_failed_fits
from rnnlab.report.tables import run_table

NAMED = {baseline.name: baseline for baseline in BASELINES}
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)


def material(values: np.ndarray, horizon: int = 4, season: int = 6, length: int = 12) -> Material:
    """Two series of n points: 60 % train, 20 % validation, 20 % test."""
    size = len(values) // 2
    starts, firsts = np.array([0, size, 2 * size]), np.array([0, size])
    borders = [int(size * part) for part in (0.6, 0.8, 1)]
    parts = []
    for begin, end in pairwise(borders):
        origins = firsts[:, None] + np.arange(begin, end - horizon + 1)
        parts.append(Places(np.repeat([0, 1], origins.shape[1]), origins.ravel()))
    train = np.stack([firsts, firsts + borders[0]], axis=1)
    scale = np.stack([mase_scale(values[first : first + borders[1]], season) for first in firsts])
    scaler = Scaler("standard").fit(values, train[:, 0], train[:, 1])
    return Material(values, starts, train, *parts, horizon, length, season, LEVELS, scale, scaler.to_json())


def seasonal(noise: float, seed: int = 0) -> np.ndarray:
    rng, time = np.random.default_rng(seed), np.arange(240)
    one = np.stack([np.sin(time * np.pi / 3), 3 + np.cos(time * np.pi / 3)], axis=1)
    return (np.concatenate([one, 20 * one]) + rng.normal(0, noise, (480, 2))).astype(np.float32)


def test_all_that_need_no_package_are_measured_alike() -> None:
    found = material(seasonal(0.1))
    each = {name: baseline.measure(found).metrics for name, baseline in list(NAMED.items())[:5]}
    names = {"scaled_mse", "mase", "owa", "weighted_quantile_loss", "crps", "coverage_95", "width_80"}
    assert all(names <= set(one) for one in each.values())
    assert each["NLinear"]["mase"] < each["seasonal naive"]["mase"] < each["repeat"]["mase"]
    assert each["DLinear"]["scaled_mse"] < each["seasonal naive"]["scaled_mse"] < each["drift"]["scaled_mse"]
    assert 0.85 <= each["seasonal naive"]["coverage_95"] <= 1


def test_linear_maps_are_exact_where_there_is_no_noise() -> None:
    found = material(seasonal(0))
    for decomposed in (False, True):
        fitted = fit_linear(found, decomposed)
        assert fitted.error < 1e-3
        told = forecast(fitted, found.histories.last, found.starts, found.test)
        assert told.shape == (len(found.test.series), 4, 2)


@given(st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_later_values_change_no_fit(seed: int) -> None:
    values = seasonal(0.3, seed)
    later = values.copy()
    later[192:240] += 100
    later[432:] -= 100
    first, second = (fit_linear(material(one), False) for one in (values, later))
    assert np.array_equal(first.weights, second.weights)
    assert np.array_equal(first.units, second.units)


def test_ridge_is_scikit_learns() -> None:
    from sklearn.linear_model import Ridge

    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(1, 2, (50, 5)), rng.normal(size=(50, 3))
    x, y = inputs - inputs.mean(0), targets - targets.mean(0)
    moments = Moments(x.T @ x / 50, x.T @ y / 50, inputs.mean(0), targets.mean(0), 50)
    for weights, bias, alpha in ridges(moments, None):
        size = np.trace(moments.squares) / 5
        known = Ridge(alpha * size * 50).fit(inputs, targets)
        assert pytest.approx(known.coef_) == weights.T
        assert bias == pytest.approx(known.intercept_)


def test_decomposition_is_dlinears_moving_average() -> None:
    window = np.random.default_rng(0).normal(size=30)
    padded = np.pad(window, KERNEL // 2, mode="edge")
    average = np.convolve(padded, np.ones(KERNEL) / KERNEL, "valid")
    both = np.concatenate([average, window - average])
    metric = decomposition(30)
    assert np.square(window @ metric).sum() == pytest.approx(np.square(both).sum())


def test_missing_values_are_left_out_and_gaps_too_many_are_said() -> None:
    values = seasonal(0.1)
    gaps = values.copy()
    gaps[5::40] = np.nan
    assert np.isfinite(NAMED["NLinear"].measure(material(gaps)).metrics["mase"])
    gaps[::3] = np.nan
    with pytest.raises(LeftOut, match="0 whole training windows are too few for 12 weights a step"):
        NAMED["NLinear"].measure(material(gaps))


def test_seasonal_naive_needs_a_season() -> None:
    with pytest.raises(LeftOut, match="the data have no season: it would be repeat"):
        NAMED["seasonal naive"].measure(material(seasonal(0.1), season=1))


def test_quantiles_of_errors_leave_missing_ones_out() -> None:
    errors = np.arange(12.0).reshape(4, 3, 1)
    whole = quantiles_of(errors, (0.5,))
    errors[0, 1] = np.nan
    assert quantiles_of(errors, (0.5,))[:, 0, 0].tolist() == [whole[0, 0, 0], 7, whole[2, 0, 0]]
    errors[:, 2] = np.nan
    assert quantiles_of(errors, (0.5,))[2, 0, 0] == 0


def test_classics_say_why_they_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    found = material(seasonal(0.1))
    with pytest.raises(
        LeftOut, match=r"180 fits, one for each window and target, are more than 10; rnnlab eval"
    ):
        statistical.forecast_classic(statistical.Classic("AutoETS", 10), found)
    monkeypatch.setattr(statistical, "find_spec", lambda name: None)
    with pytest.raises(LeftOut, match=r"statsforecast is not installed \(pip install 'rnnlab\[series\]'\)"):
        NAMED["AutoETS"].measure(found)
    assert str(statistical.too_slow(414, 900)) == "414 fits would take about 15 minutes on this machine"


def test_a_failed_fit_forecasts_nothing_and_is_counted() -> None:
    job = statistical.Job("NoSuchModel", np.array([1.0, 2.0, 5.0]), 1, 2, LEVELS)
    points, quantiles, failed = statistical.fit_one(job)
    assert failed
    assert np.isnan(points).all()
    assert points.shape == (2,)
    assert np.isnan(quantiles).all()
    assert quantiles.shape == (2, 5)


def test_a_fit_without_finite_quantiles_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    job = statistical.Job("AutoETS", np.arange(30.0), 1, 2, LEVELS)
    for wrong in (np.nan, np.inf):
        quantiles = np.zeros((2, 5))
        quantiles[1, 0] = wrong
        monkeypatch.setattr(statistical, "fitted", lambda job, told=quantiles: (np.ones(2), told))
        points, found, failed = statistical.fit_one(job)
        assert failed
        assert np.isnan(points).all()
        assert np.isnan(found).all()
    monkeypatch.setattr(statistical, "fitted", lambda job: (np.ones(2), np.zeros((2, 5))))
    assert not statistical.fit_one(job)[2]


def test_a_baseline_with_failed_fits_is_marked_in_every_table() -> None:
    entry = {"metrics": {"test/mase": 0.5}, "judged_by": "test/mase", "lower_is_better": True}
    chosen = {"fits": 6, "failed_fits": 2}
    result = {"metrics": {"test/mase": 0.7}, "baselines": {"AutoETS": entry | {"chosen": chosen}}}
    whole = {**result, "baselines": {"AutoETS": entry | {"chosen": {"fits": 6}}}}
    assert headers(result) == ["AutoETS *"]
    assert headers(whole) == ["AutoETS"]
    assert with_failed_fits(whole) == {}
    text = run_table(result)
    assert "| AutoETS * |" in text
    assert "worse than AutoETS *: mase 0.7000 against 0.5000" in text
    assert "note:   AutoETS *: 2 of 6 fits failed, whose windows do not count" in text
    assert "*" not in run_table(whole)


def stand_in(monkeypatch: pytest.MonkeyPatch, fails: Callable[[int], bool]) -> None:
    """Replace the fits by the last value with an interval of 2, of which some fail."""

    def fits(jobs: Sequence[statistical.Job]) -> Iterator[tuple[np.ndarray, np.ndarray, bool]]:
        for number, job in enumerate(jobs):
            points = np.full(job.horizon, np.nan if fails(number) else job.values[-1])
            yield points, points[:, None] + np.linspace(-1, 1, len(LEVELS)), fails(number)

    monkeypatch.setattr(statistical, "find_spec", lambda name: True)
    monkeypatch.setattr(statistical, "within_time", fits)


def test_windows_of_failed_fits_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    found = material(seasonal(0.1))
    rows = np.arange(len(found.test.series))
    kept = found._replace(test=found.test.take(rows[rows % 3 > 0]))
    stand_in(monkeypatch, lambda number: number // 2 % 3 == 0)  # both targets of each third window
    some = NAMED["AutoETS"].measure(found)
    stand_in(monkeypatch, lambda number: False)
    whole = NAMED["AutoETS"].measure(kept)
    each = [{name: one for name, one in found.metrics.items() if name != "owa"} for found in (some, whole)]
    assert each[0] == pytest.approx(each[1])  # Naive2 reads a series up to its first window
    assert some.metrics["width_95"] == pytest.approx(2)
    assert "failed_fits" not in whole.chosen
    assert failed_fits("AutoETS", whole.chosen) == ""
    failed, fits = 2 * len(rows[rows % 3 == 0]), 2 * len(rows)
    sentence = f"AutoETS *: {failed} of {fits} fits failed, whose windows do not count in its figures"
    assert failed_fits("AutoETS", some.chosen) == sentence
    assert left_out({"baselines": {"AutoETS": some._asdict()}}) == [sentence]


def test_a_model_whose_fits_all_fail_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, lambda number: True)
    with pytest.raises(LeftOut, match=r"all 180 fits failed"):
        NAMED["AutoETS"].measure(material(seasonal(0.1)))


@pytest.mark.skipif(
    find_spec("statsforecast") is None,
    reason="needs statsforecast (pip install 'rnnlab[series]'), which takes no pandas 3 as CI has",
)
def test_auto_ets_follows_the_season() -> None:
    found = material(seasonal(0.05))
    found = found._replace(test=found.test.take(np.array([0, 50])))
    ets, naive = (NAMED[name].measure(found) for name in ("AutoETS", "repeat"))
    assert ets.metrics["mase"] < naive.metrics["mase"]
    assert ets.chosen["fits"] == 4

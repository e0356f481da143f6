"""Scaling: the statistics of each kind, its inverse, and columns that are constant or missing."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import RobustScaler, StandardScaler

from rnnlab.data.series.scaling import IQR, ColumnScaler, Scaler

KINDS = ("none", "standard", "robust", "mean_abs", "log")
NO = np.nan


def fitted(kind, values, starts=(0,), ends=None):
    values = np.asarray(values, np.float32)
    return Scaler(kind).fit(values, np.array(starts), np.array(ends or [len(values)]))


def test_statistics_are_those_of_scikit_learn():
    values = np.random.default_rng(0).gamma(2, 3, (500, 3)).astype(np.float32)
    standard, robust = fitted("standard", values), fitted("robust", values)
    own, other = StandardScaler().fit(values), RobustScaler().fit(values)
    assert np.allclose(standard.loc[0], own.mean_, rtol=1e-6)
    assert np.allclose(standard.scale[0], own.scale_, rtol=1e-6)
    assert np.allclose(robust.loc[0], other.center_, rtol=1e-5)
    assert np.allclose(robust.scale[0] * IQR, other.scale_, rtol=1e-5)
    assert np.allclose(fitted("mean_abs", -values).scale[0], values.mean(axis=0, dtype=float))
    assert np.allclose(fitted("log", values).loc[0], np.log1p(values.astype(float)).mean(axis=0))


def test_each_series_has_its_own_and_points_past_the_end_count_for_nothing():
    values = [[1], [3], [99], [10], [30], [NO], [99]]
    scaler = fitted("standard", values, [0, 3], [2, 6])
    assert scaler.loc.tolist() == [[2], [20]]
    assert scaler.scale.tolist() == [[1], [10]]
    assert scaler.apply(np.array([[5.0], [5.0]]), np.array([0, 1])).tolist() == [[3], [-1.5]]
    assert scaler.apply(np.array([[5.0], [7.0]]), 0).tolist() == [[3], [5]]


@pytest.mark.parametrize("kind", KINDS)
def test_constant_and_missing_columns_have_scale_one(kind):
    scaler = fitted(kind, [[0, NO, 0.1], [0, NO, 0.1], [0, NO, 0.1]])
    assert np.isfinite(scaler.loc).all()
    assert scaler.scale[0, :2].tolist() == [1, 1]
    assert scaler.scale[0, 2] == (pytest.approx(0.1) if kind == "mean_abs" else 1)


@settings(max_examples=50, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    values=arrays(np.float32, (12, 2), elements=st.floats(0, 1e4, width=32) | st.just(NO)),
)
def test_invert_undoes_apply(kind, values):
    scaler = fitted(kind, values, [0, 5], [5, 12])
    series = np.array([0, 1, 1])
    raw = values[:6].reshape(3, 2, 2)
    back = scaler.invert(scaler.apply(raw, series), series)
    assert np.allclose(back, raw, rtol=1e-3, atol=1e-2, equal_nan=True)
    again = Scaler.from_json(json.loads(json.dumps(scaler.to_json())))
    assert np.array_equal(again.apply(raw, series), scaler.apply(raw, series), equal_nan=True)


def test_large_values_keep_their_digits():
    values = 1e6 + np.arange(100, dtype=np.float32)[:, None]
    scaled = fitted("standard", values).apply(values, 0)
    assert abs(scaled.mean()) < 1e-6
    assert abs(scaled.std() - 1) < 1e-6


def test_covariates_are_standardised_over_all_series_and_missing_ones_are_their_mean():
    scaler = ColumnScaler.fit(np.array([[1.0], [99], [3], [NO], [99]], np.float32), [(0, 1), (2, 4)])
    assert scaler.apply(np.array([[2.0], [4], [NO]])).tolist() == [[0], [2], [0]]
    again = ColumnScaler.from_json(json.loads(json.dumps(scaler.to_json())))
    assert again.loc == scaler.loc

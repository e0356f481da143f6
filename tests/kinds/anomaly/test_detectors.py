"""Simple detectors: causal, learned from the training part alone, and equal to their definitions."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from rnnlab.kinds.anomaly.detectors import (
    DETECTORS,
    GAUSSIAN_STEP,
    GAUSSIAN_WINDOW,
    filled,
    nearest_neighbours,
    principal_components,
    slices,
    window_size,
    windowed_gaussian,
)

TRAIN = 150


@pytest.fixture(autouse=True)
def few_trees(monkeypatch):
    monkeypatch.setattr("rnnlab.kinds.anomaly.detectors.TREES", 20)


def waves(channels=1, points=500):
    steps = np.arange(points)
    rng = np.random.default_rng(0)
    values = np.stack([np.sin(2 * np.pi * steps / (12 + 7 * c)) for c in range(channels)], axis=1)
    return values + 0.1 * rng.normal(size=values.shape)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", DETECTORS)
def test_a_later_point_changes_no_earlier_score(name, channels):
    values = waves(channels)
    whole = DETECTORS[name](values, TRAIN, 0)
    short = DETECTORS[name](values[:400], TRAIN, 0)
    assert whole.shape == (500,)
    assert not np.isnan(whole[TRAIN:]).any()
    np.testing.assert_allclose(short, whole[:400], rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize("name", [name for name in DETECTORS if name != "random"])
def test_a_changed_stretch_scores_higher_than_what_is_usual(name):
    values = waves()
    values[300:330] = 3 * waves()[100:130][::-1] ** 3 + 2
    scores = DETECTORS[name](values, TRAIN, 0)
    assert scores[306:330].mean() > np.quantile(scores[TRAIN:300], 0.9)


@pytest.mark.parametrize("name", DETECTORS)
def test_a_constant_series_has_finite_scores(name):
    values = np.ones((300, 1))
    values[200] = 2
    scores = DETECTORS[name](values, 90, 0)
    assert np.isfinite(scores[90:]).all()


def test_the_windowed_gaussian_by_its_definition(monkeypatch):
    for name, value in (("GAUSSIAN_WINDOW", 40), ("GAUSSIAN_STEP", 7)):
        monkeypatch.setattr(f"rnnlab.kinds.anomaly.detectors.{name}", value)
    values = waves(points=200)
    known, waiting, expected = [], [], []
    for value in values[:, 0]:
        spread = max(np.std(known), 1e-6) if known else 1.0
        expected.append(abs(value - np.mean(known)) / spread if known else 0.0)
        if len(known) < 40:
            known.append(value)
        else:
            waiting.append(value)
            if len(waiting) == 7:
                known, waiting = known[7:] + waiting, []
    np.testing.assert_allclose(windowed_gaussian(values, TRAIN, 0), expected, rtol=1e-6)
    assert (GAUSSIAN_WINDOW, GAUSSIAN_STEP) == (6400, 100)


def test_neighbours_by_all_distances():
    values = waves()
    size = window_size(values, TRAIN)
    windows = slices(values, size)
    windows = (windows - windows.mean(1, keepdims=True)) / windows.std(1, keepdims=True)
    distances = np.sort(cdist(windows, windows[: TRAIN - size + 1]), axis=1)
    found = nearest_neighbours(values, TRAIN, 0)
    np.testing.assert_allclose(found[size - 1 :], distances[:, 49], atol=1e-6)
    assert np.isnan(found[: size - 1]).all()


def test_components_rank_windows_as_the_definition_does():
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    values = waves()
    size = window_size(values, TRAIN)
    windows = slices(values, size)
    scaler = StandardScaler().fit(windows[: TRAIN - size + 1])
    pca = PCA().fit(scaler.transform(windows[: TRAIN - size + 1]))
    rows = scaler.transform(windows)
    both = cdist(rows, pca.components_) + cdist(rows, -pca.components_)
    expected = (both / pca.explained_variance_ratio_).sum(1)
    found = principal_components(values, TRAIN, 0)[size - 1 :]
    np.testing.assert_allclose(found / found[0], expected / expected[0], rtol=1e-6)


def test_a_window_is_a_period_and_at_most_a_third_of_training():
    assert window_size(waves(), TRAIN) == 12
    assert window_size(np.ones((500, 1)), 90) == 30


def test_missing_values_become_the_last_one_before():
    values = np.array([[np.nan, 1], [2, np.nan], [np.nan, np.nan], [3, 4]])
    assert filled(values).tolist() == [[0, 1], [2, 1], [2, 1], [3, 4]]

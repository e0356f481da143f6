"""Sums of windows: by hand, and added up over any batches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.kinds.forecasting.sums import pinball, scores_of_sums, window_sums

NAN = float("nan")


def both(label, predicted, quantiles, levels):
    """Sums as the task has them, data and scaled units being the same."""
    found = window_sums(label, predicted, quantiles, levels)
    return found | {f"scaled_{name}": one for name, one in window_sums(label, predicted).items()}


def test_sums_of_a_window_by_hand():
    label = np.array([[[1.0], [NAN], [-4.0]]])
    predicted = np.array([[[2.0], [9.0], [-1.0]]])
    found = window_sums(label, predicted, predicted[..., None], [0.9])
    assert {name: one.tolist() for name, one in found.items()} == {
        "observed": [2],
        "absolute": [4],
        "squared": [10],
        "magnitude": [5],
        "quantile_loss": [pytest.approx(2 * (0.1 * 1 + 0.1 * 3))],
    }


def test_pinball_costs_what_lies_above_by_the_level_and_what_lies_below_by_the_rest():
    assert pinball(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.9).tolist() == pytest.approx([0.9, 0.1])


def test_the_quantile_loss_of_a_median_is_the_normalised_deviation():
    rng = np.random.default_rng(0)
    label, predicted = rng.normal(size=(2, 7, 5, 3))
    found = scores_of_sums(both(label, predicted, predicted[..., None], [0.5]))
    expected = np.abs(predicted - label).sum() / np.abs(label).sum()
    assert found["weighted_quantile_loss"] == pytest.approx(expected)
    assert found["scaled_mse"] == pytest.approx(np.square(predicted - label).mean())
    assert found["scaled_mae"] == pytest.approx(np.abs(predicted - label).mean())


@given(st.integers(1, 11), st.integers(0, 2**31))
def test_scores_do_not_depend_on_batches_and_windows_count_as_their_points_do(size, seed):
    rng = np.random.default_rng(seed)
    label, predicted = rng.normal(size=(2, 11, 4, 2))
    quantiles = np.sort(rng.normal(size=(11, 4, 2, 3)), axis=-1)
    label[rng.random(label.shape) < 0.3] = NAN
    label[0, 0, 0] = 1.0
    levels = [0.1, 0.5, 0.9]
    parts = [
        both(*(array[start : start + size] for array in (label, predicted, quantiles)), levels)
        for start in range(0, 11, size)
    ]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    assert scores_of_sums(joined) == pytest.approx(scores_of_sums(both(label, predicted, quantiles, levels)))
    seen = ~np.isnan(label)
    assert scores_of_sums(joined)["scaled_mse"] == pytest.approx(np.square(predicted - label)[seen].mean())


def test_windows_without_an_observed_point_have_no_scores():
    label = np.full((2, 3, 1), NAN)
    found = scores_of_sums(both(label, label * 0 + 1, np.ones((2, 3, 1, 1)), [0.5]))
    assert all(np.isnan(value) for value in found.values())

"""Intervals and paired tests of any scores of rows."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.evaluation.resampled import paired_differences, score_intervals


def mae(columns):
    return {"mae": np.abs(columns["predicted"] - columns["label"]).mean()}


def test_an_interval_is_as_wide_as_the_standard_error_says():
    errors = np.random.default_rng(1).standard_normal(400)
    found = score_intervals(mae, {"label": np.zeros(400), "predicted": errors}, resamples=2000)["mae"]
    spread = np.abs(errors).std() / 20
    assert found.value == pytest.approx(np.abs(errors).mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * spread, rel=0.1)


def test_the_same_seed_draws_the_same_rows():
    columns = {"label": np.zeros(50), "predicted": np.arange(50.0)}
    assert score_intervals(mae, columns, 100) == score_intervals(mae, columns, 100)
    assert score_intervals(mae, columns, 100) != score_intervals(mae, columns, 100, seed=1)


def test_a_paired_difference_sees_what_two_intervals_hide():
    generator = np.random.default_rng(2)
    label, hard = np.zeros(300), 5 * generator.random(300)
    first = {"label": label, "predicted": hard + 0.2 * generator.random(300) + 0.1}
    second = {"label": label, "predicted": hard}
    found = paired_differences(mae, first, second, resamples=500)["mae"]
    assert found.interval.high < 0
    assert found.p_value < 0.01
    same = paired_differences(mae, first, first, resamples=100)["mae"]
    assert (same.interval, same.p_value) == ((0.0, 0.0, 0.0), 1.0)


def test_targets_of_several_numbers_are_resampled_by_row():
    columns = {"label": np.zeros((40, 3)), "predicted": np.tile(np.arange(40.0)[:, None], 3)}
    found = score_intervals(mae, columns, 300)["mae"]
    assert found.low < 19.5 == found.value < found.high

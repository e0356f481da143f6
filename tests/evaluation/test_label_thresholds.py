"""Thresholds against a search over all of them, and the temperature."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from rnnlab.evaluation.label_thresholds import (
    Thresholds,
    best_threshold,
    calibration_error,
    choose_temperature,
    choose_thresholds,
    sigmoid,
)

rows = st.lists(st.tuples(st.booleans(), st.integers(0, 10)), min_size=1, max_size=25)


@given(rows)
def test_no_threshold_has_a_better_f1(pairs):
    label, probability = np.array([one for one, _ in pairs]), np.array([p / 10 for _, p in pairs])
    if not label.any():
        assert best_threshold(label, probability) == 0.5
        return
    found = best_threshold(label, probability)
    best = max(f1_score(label, probability >= cut) for cut in np.arange(-0.05, 1.1, 0.1))
    assert f1_score(label, probability >= found) == pytest.approx(best)


def test_labels_with_few_rows_take_the_threshold_of_all():
    draw = np.random.default_rng(0)
    label = draw.random((200, 2)) < [0.5, 0.02]
    probability = np.clip(0.2 * label + 0.5 * draw.random((200, 2)), 0, 1)
    common = best_threshold(label.ravel(), probability.ravel())
    values = choose_thresholds(label, probability, "label")
    assert values == (best_threshold(label[:, 0], probability[:, 0]), common)
    assert choose_thresholds(label, probability, "one") == (common, common)
    assert choose_thresholds(label, probability, 0.3) == (0.3, 0.3)


def test_a_temperature_undoes_a_scale_of_the_logits():
    draw = np.random.default_rng(0)
    logits = draw.normal(size=(4000, 3))
    label = draw.random((4000, 3)) < sigmoid(logits)
    assert choose_temperature(label, 3 * logits) == pytest.approx(3, rel=0.06)
    assert choose_temperature(label[:199], 3 * logits[:199]) == 1
    calm, sure = (Thresholds((), one).probabilities(3 * logits) for one in (3.0, 1.0))
    assert calibration_error(label, calm) < 0.02 < calibration_error(label, sure)


def test_far_logits_do_not_overflow():
    with np.errstate(over="raise"):
        found = Thresholds((0.5, 0.5)).probabilities(np.array([1e4, -1e4], np.float32))
    assert found.tolist() == [1.0, 0.0]
    assert Thresholds((0.5, 0.5)).flags(found).tolist() == [True, False]

"""Scores of numbers against scipy and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from rnnlab.kinds.regression.scores import scores

few = st.lists(st.tuples(st.integers(-3, 3), st.floats(-5, 5)), min_size=3, max_size=40)


@given(few)
def test_they_are_those_of_the_libraries(pairs):
    label, predicted = np.array(pairs, dtype=np.float64).T
    found = scores(label, predicted)
    assert found["mae"] == pytest.approx(mean_absolute_error(label, predicted))
    assert found["rmse"] == pytest.approx(root_mean_squared_error(label, predicted))
    assert found["r2"] == pytest.approx(r2_score(label, predicted), rel=1e-9, abs=1e-9)
    if len(set(label)) > 1 and len(set(predicted)) > 1:
        assert found["spearman"] == pytest.approx(spearmanr(label, predicted).statistic, abs=1e-9)


def test_flat_labels_and_flat_predictions_have_scores_without_nan():
    flat, line = np.full(4, 2.0), np.arange(4.0)
    assert scores(flat, flat)["r2"] == 1
    assert scores(flat, line)["r2"] == 0
    assert scores(flat, line)["spearman"] == scores(line, flat)["spearman"] == 0

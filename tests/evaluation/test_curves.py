"""Against scikit-learn, ties and all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from rnnlab.evaluation.curves import precision_recall, roc, thinned

rows = st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.2, 0.5, 0.9])), min_size=2, max_size=40)


@given(rows)
def test_areas_equal_scikit_learn(drawn):
    truth, score = (np.array(part) for part in zip(*drawn, strict=True))
    if truth.all() or not truth.any():
        assert roc(truth, score) is None
        return
    assert roc(truth, score).area == pytest.approx(roc_auc_score(truth, score))
    assert precision_recall(truth, score).area == pytest.approx(average_precision_score(truth, score))


@given(rows)
def test_points_equal_scikit_learn(drawn):
    truth, score = (np.array(part) for part in zip(*drawn, strict=True))
    if truth.all() or not truth.any():
        return
    x, y, _ = roc_curve(truth, score, drop_intermediate=False)
    found = roc(truth, score)
    np.testing.assert_allclose(found.x, x)
    np.testing.assert_allclose(found.y, y)


def test_no_positive_row_has_no_precision():
    assert precision_recall(np.array([False, False]), np.array([0.1, 0.9])) is None


def test_a_thinned_curve_keeps_its_ends_and_stays_near():
    generator = np.random.default_rng(0)
    truth = generator.random(20_000) < 0.3
    whole = roc(truth, generator.normal(size=20_000) + truth)
    few = thinned(whole, 100)
    assert len(few.x) <= 102
    assert (few.x[0], few.y[0], few.x[-1], few.y[-1]) == (0, 0, 1, 1)
    assert np.trapezoid(few.y, few.x) == pytest.approx(whole.area, abs=1e-3)

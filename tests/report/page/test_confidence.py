"""Charts of thresholds, confidence and length."""

import numpy as np
import pytest

from rnnlab.report.page import confidence
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.predictions import Predictions


@pytest.fixture
def predictions(make_run):
    return RunFiles(make_run()).predictions


def test_every_class_has_its_curves_with_its_area(predictions):
    from sklearn.metrics import roc_auc_score

    roc, _ = confidence.threshold_charts(predictions)
    for index, name in enumerate(("negative", "neutral", "posit&lt;b&gt;ive")):
        area = roc_auc_score(predictions.labels == index, predictions.probabilities[:, index])
        assert f"{name} (AUC {area:.3f})" in roc


def test_two_classes_have_one_curve():
    shares = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    rows = Predictions(np.arange(3), ["a", "b", "c"], np.array([0, 1, 1]), shares, ("no", "yes"))
    for chart in confidence.threshold_charts(rows):
        assert chart.count('class="line') == 1
        assert "yes (" in chart


def test_a_class_without_rows_has_no_curve():
    shares = np.array([[0.9, 0.1], [0.2, 0.8]])
    rows = Predictions(np.arange(2), ["a", "b"], np.array([0, 0]), shares, ("no", "yes"))
    assert confidence.threshold_charts(rows) == ["", ""]


def test_a_temperature_gives_a_second_reliability(predictions):
    assert len(confidence.reliability_charts(predictions, 1.0)) == 1
    first, second = confidence.reliability_charts(predictions, 2.0)
    assert first.partition("error")[2] != second.partition("error")[2]


def test_temperature_keeps_the_order_and_the_sum(predictions):
    scaled = predictions.at(3.0)
    np.testing.assert_array_equal(scaled.predicted, predictions.predicted)
    np.testing.assert_allclose(scaled.probabilities.sum(1), 1)
    assert scaled.probabilities.max() < predictions.probabilities.max()
    np.testing.assert_allclose(predictions.at(1.0).probabilities, predictions.probabilities, atol=1e-6)

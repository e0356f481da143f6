"""The expected calibration error, against torchmetrics as training uses it."""

import numpy as np
import pytest

from rnnlab.evaluation.calibration import brier, gaps, reliability


@pytest.fixture(params=[2, 3, 7])
def rows(request):
    generator = np.random.default_rng(request.param)
    return generator.integers(0, request.param, 500), generator.dirichlet(np.ones(request.param), 500)


def test_the_error_and_the_bins_equal_those_of_training(rows):
    import torch

    from rnnlab.evaluation import temperature as calibration

    labels, probabilities = rows
    logs, truth = torch.from_numpy(probabilities).log(), torch.from_numpy(labels)
    found = reliability(labels, probabilities)
    assert found.error == pytest.approx(calibration.calibration_error(logs, truth), abs=1e-6)
    expected = calibration.reliability(logs, truth)
    assert found.counts.tolist() == expected.counts
    np.testing.assert_allclose(found.accuracies, expected.accuracies)
    np.testing.assert_allclose(found.confidences, expected.confidences)


def test_gaps_add_up_to_the_error(rows):
    labels, probabilities = rows
    table = gaps(labels, probabilities)
    assert np.abs(table.mean(0)).sum() == pytest.approx(reliability(labels, probabilities).error)


def test_one_who_is_always_sure_and_right_has_no_error():
    labels = np.array([0, 1, 1])
    found = reliability(labels, np.eye(2)[labels])
    assert (found.error, found.counts[-1], found.accuracies[-1]) == (0, 3, 1)


def test_brier_equals_scikit_learn():
    from sklearn.metrics import brier_score_loss

    labels = np.array([0, 1, 1, 0])
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.5, 0.5]])
    assert brier(labels, probabilities).mean() / 2 == pytest.approx(
        brier_score_loss(labels, probabilities[:, 1])
    )

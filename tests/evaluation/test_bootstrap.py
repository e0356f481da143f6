"""Intervals: the same for a seed, of the right width, and of every row."""

import numpy as np
import pytest

from rnnlab.evaluation.bootstrap import classifier_intervals, matrices, means, resampled_scores
from rnnlab.evaluation.scores import confusion, macro, scores

CLASSES = ("negative", "neutral", "positive")


def drawn(rows, seed=0):
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 3, rows)
    probabilities = generator.dirichlet(np.ones(3), rows) + 0.6 * np.eye(3)[labels]
    return labels, probabilities / probabilities.sum(1, keepdims=True)


def test_a_seed_gives_the_same_intervals_and_another_one_others():
    labels, probabilities = drawn(300)
    first = classifier_intervals(labels, probabilities, CLASSES, seed=1)
    assert classifier_intervals(labels, probabilities, CLASSES, seed=1) == first
    assert classifier_intervals(labels, probabilities, CLASSES, seed=2) != first


def test_the_width_of_accuracy_is_that_of_a_share():
    labels, probabilities = drawn(2000)
    found = classifier_intervals(labels, probabilities, CLASSES, 4000)["accuracy"]
    half = 1.96 * np.sqrt(found.value * (1 - found.value) / 2000)
    assert found.high - found.low == pytest.approx(2 * half, rel=0.06)
    assert found.low < found.value < found.high


def test_the_width_of_the_loss_is_that_of_a_mean():
    from rnnlab.evaluation.scores import loss

    labels, probabilities = drawn(2000)
    found = classifier_intervals(labels, probabilities, CLASSES, 4000)["loss"]
    half = 1.96 * loss(probabilities, labels).std() / np.sqrt(2000)
    assert found.high - found.low == pytest.approx(2 * half, rel=0.06)


def test_matrices_are_spread_as_those_of_drawn_rows():
    labels, probabilities = drawn(400)
    predicted = probabilities.argmax(1)
    generator = np.random.default_rng(0)
    ours = macro(matrices(confusion(labels, predicted, 3), 4000, generator))["macro_f1"]
    rows = generator.integers(0, 400, (4000, 400))
    plain = [macro(confusion(labels[row], predicted[row], 3))["macro_f1"] for row in rows]
    assert ours.mean() == pytest.approx(np.mean(plain), abs=0.003)
    assert ours.std() == pytest.approx(np.std(plain), rel=0.08)


def test_every_resample_has_as_many_rows():
    labels, probabilities = drawn(50)
    counts = confusion(labels, probabilities.argmax(1), 3)
    assert set(matrices(counts, 20, np.random.default_rng(0)).sum((1, 2))) == {50}
    assert means(np.ones((7, 2)), 30, np.random.default_rng(0)) == pytest.approx(np.ones((30, 2)))


def test_means_of_many_rows_are_drawn_in_pieces(monkeypatch):
    monkeypatch.setattr("rnnlab.evaluation.bootstrap._ROWS_AT_ONCE", 250)
    values = np.arange(100.0)[:, None]
    found = means(values, 3000, np.random.default_rng(0))
    assert found.mean() == pytest.approx(49.5, abs=0.3)
    assert found.std() == pytest.approx(values.std() / 10, rel=0.06)


def test_means_of_very_many_rows_have_the_spread_of_resamples(monkeypatch):
    values = np.random.default_rng(1).normal(size=(4000, 3)) @ np.array([[1.0, 0.5, 0], [0, 1, 0], [0, 0, 0]])
    drawn = means(values, 3000, np.random.default_rng(0))
    monkeypatch.setattr("rnnlab.evaluation.bootstrap.MOST_DRAWN", 3999)
    found = means(values, 3000, np.random.default_rng(0))
    assert found.shape == (3000, 3)
    assert found.mean(0) == pytest.approx(drawn.mean(0), abs=0.002)
    assert np.cov(found, rowvar=False) == pytest.approx(np.cov(drawn, rowvar=False), abs=2e-5)
    assert not found[:, 2].any()


def test_one_row_is_its_own_interval():
    found = classifier_intervals(np.array([1]), np.array([[0.2, 0.3, 0.5]]), CLASSES, 10)
    assert found["accuracy"] == (0, 0, 0)
    assert found["loss"] == pytest.approx((-np.log(0.3),) * 3)


def test_of_many_classes_no_matrix_is_drawn_and_the_spread_is_that_of_one():
    labels, probabilities = drawn(400)
    counts = confusion(labels, probabilities.argmax(1), 3)
    whole = scores(matrices(counts, 4000, np.random.default_rng(0)), CLASSES)
    wide = np.zeros((60, 60), dtype=int)
    wide[:3, :3] = counts
    names = [*CLASSES, *map(str, range(57))]
    few = resampled_scores(wide, names, 4000, np.random.default_rng(1))
    for name in ("accuracy", "macro_f1", "recall_negative", "precision_positive"):
        assert few[name].mean() == pytest.approx(whole[name].mean(), abs=0.005)
        assert few[name].std() == pytest.approx(whole[name].std(), rel=0.08)


def test_2000_classes_have_intervals_within_some_memory():
    labels = np.arange(4000) % 2000
    probabilities = np.full((4000, 2000), 0.5 / 1999)
    probabilities[np.arange(4000), np.where(np.arange(4000) < 3000, labels, 0)] = 0.5
    found = classifier_intervals(labels, probabilities, [str(i) for i in range(2000)], 50)
    assert found["accuracy"].value == 0.75
    assert found["accuracy"].low < 0.75 < found["accuracy"].high

"""Against torchmetrics as training uses it, and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.evaluation.scores import accuracy, by_class, confusion, loss, macro, scores


@st.composite
def split(draw):
    """Labels (N,), probabilities (N, C) and C; some classes may be missing from both."""
    number = draw(st.integers(2, 6))
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    rows = draw(st.integers(1, 40))
    labels = generator.integers(0, draw(st.integers(1, number)), rows)
    return labels, generator.dirichlet(np.full(number, 0.5), rows), number


@given(split())
def test_scores_equal_those_of_training(drawn):
    import torch

    from rnnlab.kinds.classification.scores import Scored
    from rnnlab.kinds.classification.scores import scores as of_training

    labels, probabilities, number = drawn
    probabilities = np.maximum(probabilities, 1e-9)
    probabilities /= probabilities.sum(1, keepdims=True)
    classes = [f"c{index}" for index in range(number)]
    logs = torch.from_numpy(probabilities).log()
    expected = of_training(Scored(torch.arange(len(labels)), torch.from_numpy(labels), logs), classes)
    found = scores(confusion(labels, probabilities.argmax(1), number), classes)
    found["loss"] = loss(probabilities, labels).mean()
    assert {name: pytest.approx(value, abs=1e-6) for name, value in expected.items()} == found


@given(split())
def test_each_class_equals_scikit_learn(drawn):
    from sklearn.metrics import precision_recall_fscore_support

    labels, probabilities, number = drawn
    predicted = probabilities.argmax(1)
    expected = precision_recall_fscore_support(labels, predicted, labels=range(number), zero_division=0)
    for ours, theirs in zip(by_class(confusion(labels, predicted, number)), expected, strict=True):
        np.testing.assert_allclose(ours, theirs)


def test_rows_are_the_truth():
    np.testing.assert_array_equal(confusion(np.array([0, 0, 1]), np.array([1, 1, 1]), 2), [[0, 2], [0, 1]])


def test_many_matrices_at_once_give_what_each_gives():
    matrices = np.random.default_rng(0).integers(0, 9, (5, 4, 3, 3))
    together = {"accuracy": accuracy(matrices), **macro(matrices)}
    for place in np.ndindex(5, 4):
        alone = {"accuracy": accuracy(matrices[place]), **macro(matrices[place])}
        alone = {name: float(value) for name, value in alone.items()}
        assert {name: values[place] for name, values in together.items()} == pytest.approx(alone)


def test_an_impossible_class_costs_much_but_not_infinity():
    assert 700 < loss(np.array([[1.0, 0.0]]), np.array([1]))[0] < np.inf

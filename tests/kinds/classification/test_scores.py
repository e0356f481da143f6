"""Scores of a split against hand-made tables."""

from __future__ import annotations

import math

import pytest
import torch

from rnnlab.kinds.classification.scores import Scored, confusion, join, scores

NAMES = ("bad", "so so", "good")


def scored(labels: list[int], predicted: list[int], classes: int = 3, sure: float = 0.8) -> Scored:
    rest = (1 - sure) / (classes - 1)
    probabilities = torch.full((len(labels), classes), rest)
    probabilities[torch.arange(len(labels)), torch.tensor(predicted)] = sure
    return Scored(torch.arange(len(labels)), torch.tensor(labels), probabilities.log())


def test_means_over_classes_are_not_means_over_rows() -> None:
    got = scores(scored([0, 0, 0, 0, 1, 2], [0, 0, 0, 1, 1, 0]), NAMES)
    assert got["accuracy"] == pytest.approx(4 / 6)
    assert [got[f"recall_{name}"] for name in NAMES] == pytest.approx([3 / 4, 1, 0])
    assert [got[f"precision_{name}"] for name in NAMES] == pytest.approx([3 / 4, 1 / 2, 0])
    assert [got[f"f1_{name}"] for name in NAMES] == pytest.approx([3 / 4, 2 / 3, 0])
    assert got["macro_recall"] == pytest.approx((3 / 4 + 1) / 3)
    assert got["macro_precision"] == pytest.approx((3 / 4 + 1 / 2) / 3)
    assert got["macro_f1"] == pytest.approx((3 / 4 + 2 / 3) / 3)
    assert got["loss"] == pytest.approx(-(4 * math.log(0.8) + 2 * math.log(0.1)) / 6, rel=1e-6)


def test_a_class_that_is_nowhere_does_not_lower_the_means() -> None:
    got = scores(scored([0, 1, 1], [0, 1, 1]), NAMES)
    assert got["macro_recall"] == got["macro_f1"] == 1.0


def test_the_confusion_matrix_has_the_truth_in_its_rows() -> None:
    matrix = confusion(scored([0, 0, 1, 2, 2, 2], [0, 2, 1, 0, 0, 2]), 3)
    assert matrix.tolist() == [[1, 0, 1], [0, 1, 0], [2, 0, 1]]


def test_batches_are_joined_in_row_order_and_a_row_counts_once() -> None:
    one = Scored(torch.tensor([4, 1]), torch.tensor([1, 0]), torch.tensor([[0.1, 0.9], [0.8, 0.2]]).log())
    two = Scored(torch.tensor([1, 0]), torch.tensor([0, 1]), torch.tensor([[0.8, 0.2], [0.4, 0.6]]).log())
    joined = join([one, two])
    assert joined.rows.tolist() == [0, 1, 4]
    assert joined.labels.tolist() == [1, 0, 1]
    torch.testing.assert_close(joined.log_probabilities.exp()[:, 1], torch.tensor([0.6, 0.2, 0.9]))

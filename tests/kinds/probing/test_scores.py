"""Scores of probes against loops over rows and steps."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from rnnlab.data.probe.base import IGNORED
from rnnlab.kinds.probing.scores import add, loss_of, row_scores, scores, sums_of

NAN = float("nan")
LOGITS = torch.tensor([[[2.0, 0.0], [0.0, 1.0], [0.5, 0.0]], [[0.0, 3.0], [1.0, 0.0], [9.0, 9.0]]])
CLASSES = torch.tensor([[0, 1, 1], [1, IGNORED, IGNORED]])
NUMBERS = torch.tensor([[NAN, 0.5, NAN], [NAN, NAN, 1.0]])


def test_the_scores_of_classes_are_those_of_a_loop():
    pairs = [[(LOGITS[b, t], y) for t, y in enumerate(row) if y != IGNORED] for b, row in enumerate(CLASSES)]
    losses = [float(F.cross_entropy(logits, y)) for row in pairs for logits, y in row]
    right = [[bool(logits.argmax() == y) for logits, y in row] for row in pairs]
    found = scores(sums_of(row_scores(LOGITS, CLASSES, 0.0)))
    assert found["loss"] == pytest.approx(sum(losses) / len(losses), rel=1e-6)
    assert found["accuracy"] == sum(map(sum, right)) / 4
    assert found["solved"] == sum(map(all, right)) / 2 == 0.5


def test_the_scores_of_numbers_are_squared_errors_and_rows_within_the_tolerance():
    outputs = torch.tensor([[[9.0], [0.53], [9.0]], [[9.0], [9.0], [0.9]]])
    found = scores(sums_of(row_scores(outputs, NUMBERS, 0.04)))
    assert found["loss"] == pytest.approx((0.03**2 + 0.1**2) / 2, rel=1e-5)
    assert found["accuracy"] == found["solved"] == 0.5


@pytest.mark.parametrize("targets", [CLASSES, NUMBERS], ids=["classes", "numbers"])
def test_steps_without_a_target_get_no_gradient(targets):
    outputs = torch.randn(2, 3, 2 if targets.dtype == torch.int64 else 1, requires_grad=True)
    loss_of(outputs, targets).backward()
    asked = targets != IGNORED if targets.dtype == torch.int64 else ~targets.isnan()
    assert torch.equal(outputs.grad.abs().sum(-1) > 0, asked)
    assert math.isfinite(float(outputs.grad.sum()))


def test_sums_of_batches_and_processes_are_added_by_length():
    parts = [{3: torch.ones(5)}, {5: torch.ones(5)}, {3: torch.full((5,), 2.0)}]
    found = add(parts)
    assert {length: values.tolist() for length, values in found.items()} == {3: [3.0] * 5, 5: [1.0] * 5}

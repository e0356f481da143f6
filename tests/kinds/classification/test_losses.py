from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from rnnlab.kinds.classification.losses import label_loss, mean_over_members

LOGITS = torch.randn(6, 3, generator=torch.Generator().manual_seed(0), dtype=torch.double)
LABELS = torch.tensor([0, 2, 1, 0, 2, 2])
WEIGHTS = torch.tensor([1.0, 0.5, 3.0], dtype=torch.double)


@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_without_focus_it_is_torchs_cross_entropy_and_a_vanishing_focus_tends_to_it(weights, smoothing):
    expected = F.cross_entropy(LOGITS, LABELS, weights, label_smoothing=smoothing)
    assert torch.equal(label_loss(LOGITS, LABELS, weights, smoothing), expected)
    torch.testing.assert_close(label_loss(LOGITS, LABELS, weights, smoothing, 1e-9), expected)


def test_focal_loss_of_a_row_by_hand():
    logits, label = torch.tensor([[0.8, 0.2]]).log(), torch.tensor([0])
    assert label_loss(logits, label, focal_gamma=2.0).item() == pytest.approx(-(0.2**2) * math.log(0.8))
    smooth = 0.9 * -(0.2**2) * math.log(0.8) + 0.1 * -(0.8**2) * math.log(0.2)
    assert label_loss(logits, label, None, 0.2, 2.0).item() == pytest.approx(smooth)


def test_weights_and_smoothing_enter_the_focal_loss_class_by_class():
    probabilities, gamma, smoothing = LOGITS.softmax(1), 1.5, 0.3
    rows = []
    for row, label in zip(probabilities, LABELS, strict=True):
        target = torch.full((3,), smoothing / 3, dtype=torch.double)
        target[label] += 1 - smoothing
        rows.append(-(WEIGHTS * target * (1 - row) ** gamma * row.log()).sum())
    expected = torch.stack(rows).sum() / WEIGHTS[LABELS].sum()
    torch.testing.assert_close(label_loss(LOGITS, LABELS, WEIGHTS, smoothing, gamma), expected)


def test_focus_takes_weight_from_rows_that_are_told_rightly():
    logits = torch.tensor([[4.0, 0.0], [0.0, 1.0]], requires_grad=True)
    label_loss(logits, torch.tensor([0, 0]), focal_gamma=2.0).backward()
    plain = torch.autograd.grad(F.cross_entropy(logits, torch.tensor([0, 0])), logits)[0]
    easy, hard = (logits.grad / plain)[:, 0]
    assert easy < 0.02 < 0.5 < hard


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0])
def test_a_row_that_is_certain_has_a_finite_gradient(gamma):
    logits = torch.tensor([[500.0, 0.0], [0.0, 500.0]], requires_grad=True)
    loss = label_loss(logits, torch.tensor([0, 0]), focal_gamma=gamma, label_smoothing=0.1)
    loss.backward()
    assert loss.isfinite()
    assert logits.grad.isfinite().all()


def test_members_losses_are_averaged():
    members = torch.stack((LOGITS, 2 * LOGITS))
    expected = (label_loss(LOGITS, LABELS) + label_loss(2 * LOGITS, LABELS)) / 2
    torch.testing.assert_close(mean_over_members(lambda own: label_loss(own, LABELS), members), expected)
    one = mean_over_members(lambda own: label_loss(own, LABELS), LOGITS)
    assert torch.equal(one, label_loss(LOGITS, LABELS))

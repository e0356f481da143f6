"""The training loss and the loss of each row."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from rnnlab.kinds.text_to_text.loss import row_losses, token_loss


@pytest.fixture
def scores():
    return torch.randn(7, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def test_it_is_the_cross_entropy_with_label_smoothing_of_torch(scores):
    targets = torch.tensor([1, 2, 3, 4, 1, 1, 2])
    loss = token_loss(scores, targets, 0.1, 5)
    torch.testing.assert_close(loss.nats, F.cross_entropy(scores, targets))
    torch.testing.assert_close(loss.trained, F.cross_entropy(scores, targets, label_smoothing=0.1))


def test_without_smoothing_both_are_the_same(scores):
    loss = token_loss(scores, torch.tensor([1, 2, 3, 4, 1, 1, 2]), 0.0, 5)
    assert loss.trained is loss.nats


def test_words_that_only_some_rows_have_are_not_smoothed(scores):
    scores = scores.log_softmax(1)
    scores[:, 4] = -torch.inf  # a word of another row's source
    targets = torch.tensor([1, 2, 3, 2, 1, 1, 2])
    loss = token_loss(scores, targets, 0.1, 4)
    assert torch.isfinite(loss.trained)
    torch.testing.assert_close(loss.trained, F.cross_entropy(scores[:, :4], targets, label_smoothing=0.1))


def test_rows_are_counted_without_their_padding():
    scores = torch.zeros(2, 3, 4)
    scores[0, 0, 2] = 50.0
    found = row_losses(scores, torch.tensor([[2, 3, 0], [1, 2, 3]]))
    assert found["tokens"].tolist() == [2, 3]
    assert found["correct"].tolist() == [1, 0]
    torch.testing.assert_close(found["nats"], torch.log(torch.tensor(4.0)) * torch.tensor([1.0, 3.0]))

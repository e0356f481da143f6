"""The loss against a plain count of every word of every region."""

import pytest
import torch

from rnnlab.kinds.classification.pretraining.loss import RegionLoss
from rnnlab.kinds.classification.pretraining.targets import Targets

CLASSES, WEIGHTS = torch.tensor([0, 0, 0, 1, 2]), torch.tensor([0.0, 0.0, 0.5, 1.0, 0.25])
TARGETS = Targets(CLASSES, WEIGHTS, torch.tensor([0.5, 0.3, 0.2]).log())
TEXT = torch.tensor([[2, 3, 4, 2, 3, 3], [4, 1, 2, 0, 0, 0]])
LENGTHS, PLACES = torch.tensor([5, 2]), torch.tensor([1, 3])


def made(directions: int) -> RegionLoss:
    torch.manual_seed(0)
    loss = RegionLoss(4, directions, TARGETS, region=2, dropout=0.0)
    for head in loss.heads:
        torch.nn.init.normal_(head.weight)
    return loss


def by_hand(loss: RegionLoss, outputs: torch.Tensor, direction: int) -> float:
    size = 4 // len(loss.heads)
    nats = counted = 0.0
    for row in range(2):
        for place in PLACES.tolist():
            if place >= LENGTHS[row]:
                continue
            state = outputs[row, place, direction * size : (direction + 1) * size]
            scores = loss.heads[direction](state).log_softmax(dim=0).tolist()
            ids = TEXT[row, place + 1 : place + 3] if direction == 0 else TEXT[row, max(0, place - 2) : place]
            for word in ids.tolist():
                nats -= float(WEIGHTS[word]) * scores[CLASSES[word]]
                counted += float(WEIGHTS[word])
    return nats / counted


@pytest.mark.parametrize("directions", [1, 2])
def test_it_is_the_weighted_mean_over_the_words_of_all_regions(directions):
    loss, outputs = made(directions), torch.randn(2, 5, 4)
    found = loss(outputs, TEXT, LENGTHS, PLACES)
    assert found.tolist() == pytest.approx([by_hand(loss, outputs, d) for d in range(directions)])


def test_it_begins_as_the_words_frequencies():
    loss = RegionLoss(4, 2, TARGETS, region=2, dropout=0.5)
    for head in loss.heads:
        torch.testing.assert_close(head(torch.randn(3, 2)).softmax(dim=1), TARGETS.prior.exp().expand(3, 3))


def test_a_batch_in_which_nothing_counts_has_no_loss_and_finite_gradients():
    loss, outputs = made(2), torch.randn(1, 2, 4, requires_grad=True)
    found = loss(outputs, torch.ones(1, 3, dtype=torch.long), torch.tensor([2]), torch.tensor([0, 1]))
    found.sum().backward()
    assert found.tolist() == [0, 0]
    assert outputs.grad.abs().sum() == 0


def test_no_direction_has_read_what_it_tells():
    """The gradient of a place's loss with respect to the tokens that it tells is zero."""
    from rnnlab.model.encoder import RecurrentEncoder

    torch.manual_seed(0)
    encoder = RecurrentEncoder("lstm", 3, 2, bidirectional=True)
    loss, inputs = made(2), torch.randn(1, 5, 3, requires_grad=True)
    for direction, told in ((0, slice(3, 5)), (1, slice(0, 2))):
        outputs = encoder(inputs, torch.tensor([5])).outputs
        found = loss(outputs, TEXT[:1], torch.tensor([5]), torch.tensor([2]))
        (slope,) = torch.autograd.grad(found[direction], inputs)
        assert slope[0, told].abs().sum() == 0
        assert slope.abs().sum() > 0

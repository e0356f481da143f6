"""The heads of a tagger: their losses, masks and messages."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from rnnlab.model.head.allowed import AllowedTags
from rnnlab.model.head.chain import best_path
from rnnlab.model.head.crf import CRF
from rnnlab.model.head.softmax import Softmax

LENGTHS = torch.tensor([4, 2])
BIO = AllowedTags(  # O, B, I
    [True, True, False], [[True, True, False], [True, True, True], [True, True, True]], [True] * 3
)


def test_the_softmax_is_the_cross_entropy_of_real_words():
    torch.manual_seed(0)
    head, features = Softmax(5, 3), torch.randn(2, 4, 5)
    tags = torch.randint(3, (2, 4))
    emissions = head(features)
    losses = head.losses(emissions, LENGTHS, tags)
    for row, length in enumerate(LENGTHS.tolist()):
        expected = F.cross_entropy(emissions[row, :length], tags[row, :length], reduction="sum")
        torch.testing.assert_close(losses[row], expected)


def test_a_crf_without_learned_transitions_is_a_softmax():
    torch.manual_seed(0)
    crf, softmax = CRF(5, 3), Softmax(5, 3)
    softmax.load_state_dict({name: value for name, value in crf.state_dict().items() if "emit" in name})
    features, tags = torch.randn(2, 4, 5), torch.randint(3, (2, 4))
    pairs = [head.losses(head(features), LENGTHS, tags) for head in (crf, softmax)]
    torch.testing.assert_close(*pairs)


@pytest.mark.parametrize("head", [CRF, Softmax])
def test_a_tag_that_may_not_stand_there_never_comes_out(head):
    torch.manual_seed(0)
    made = head(5, 3, BIO)
    emissions = torch.zeros(2, 4, 3)
    emissions[:, :, 2] = 10.0
    assert best_path(emissions, LENGTHS, made.transitions())[0].tolist() == [1, 2, 2, 2]
    assert set(made.state_dict()) == {name for name, _ in made.named_parameters()}


def test_a_tag_that_the_scheme_forbids_costs_without_end():
    crf = CRF(5, 3, BIO)
    tags = torch.tensor([[0, 2, 0, 0], [1, 2, 0, 0]])
    losses = crf.losses(torch.zeros(2, 4, 3), LENGTHS, tags)
    assert losses[0].item() == float("inf")
    assert torch.isfinite(losses[1])


def test_a_crf_learns_what_only_neighbours_show():
    """Every second word is tagged 1, whatever the word: no word by itself says which."""
    torch.manual_seed(0)
    crf, features = CRF(1, 2), torch.zeros(8, 6, 1)
    lengths, tags = torch.full((8,), 6), torch.arange(6).remainder(2).expand(8, 6)
    optimizer = torch.optim.Adam(crf.parameters(), 0.3)
    for _ in range(40):
        optimizer.zero_grad()
        crf.losses(crf(features), lengths, tags).mean().backward()
        optimizer.step()
    assert torch.equal(best_path(crf(features), lengths, crf.transitions()), tags)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 3), "input_size=0 must be a whole number >= 1"),
        ((5, 0), "num_tags=0 must be a whole number >= 1"),
        ((5, 2, BIO), r"allowed.start of shape \(3,\) must be of num_tags=2"),
        ((5, 3, BIO._replace(start=[False] * 3)), "allowed.start must allow a tag"),
    ],
)
@pytest.mark.parametrize("head", [CRF, Softmax])
def test_wrong_arguments_are_named(head, arguments, message):
    with pytest.raises(ValueError, match=message):
        head(*arguments)

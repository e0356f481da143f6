"""The regressor: a classifier of one output whose numbers have the unit of the labels."""

from __future__ import annotations

import pytest
import torch

from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.regressor import Regressor

TOKENS, LENGTHS = torch.tensor([[3, 4, 5], [6, 2, 0]]), torch.tensor([3, 2])


def made(kind, *given, **more):
    torch.manual_seed(0)
    return kind(9, 4, RecurrentEncoder("gru", 4, 5), "mean", *given, **more).eval()


def test_its_numbers_are_a_classifier_s_output_in_the_labels_unit():
    plain, own = made(Classifier, 1), made(Regressor, 100.0, 20.0)
    scores = plain(TOKENS, LENGTHS)  # (2, 1)
    torch.testing.assert_close(own.scores(TOKENS, LENGTHS), scores.squeeze(1))
    torch.testing.assert_close(own(TOKENS, LENGTHS), 100 + 20 * scores)
    torch.testing.assert_close(own.standardised(own(TOKENS, LENGTHS)), scores)


def test_with_levels_it_expects_a_number_between_the_lowest_and_the_highest():
    own = made(Regressor, 0.0, 1.0, [1.0, 2.0, 3.0])
    expected = own.ordinal.expected(own.scores(TOKENS, LENGTHS))
    torch.testing.assert_close(own(TOKENS, LENGTHS), expected.unsqueeze(1))
    assert ((own(TOKENS, LENGTHS) > 1) & (own(TOKENS, LENGTHS) < 3)).all()


def test_padding_and_neighbours_change_nothing():
    own = made(Regressor, 3.0, 2.0)
    alone = own(TOKENS[1:, :2], LENGTHS[1:])
    torch.testing.assert_close(own(TOKENS, LENGTHS)[1:], alone)


@pytest.mark.parametrize("std", [0.0, float("nan"), -1.0])
def test_a_spread_of_zero_is_refused(std):
    with pytest.raises(ValueError, match="must be a number > 0"):
        made(Regressor, 0.0, std)

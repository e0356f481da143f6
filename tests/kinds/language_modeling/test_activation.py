"""The penalties on activations against their formulas."""

import pytest
import torch

from rnnlab.kinds.language_modeling.activation import ActivationPenalty


def test_the_penalties_are_those_of_the_paper():
    torch.manual_seed(0)
    outputs, dropped = torch.randn(2, 5, 3).double(), torch.randn(2, 5, 3).double()
    penalty = ActivationPenalty(2.0, 0.5)(outputs, dropped, torch.tensor([5, 5]))
    expected = 2.0 * dropped.pow(2).mean() + 0.5 * (outputs[:, 1:] - outputs[:, :-1]).pow(2).mean()
    assert penalty.item() == pytest.approx(expected.item(), abs=1e-12)


def test_padding_does_not_count():
    outputs = torch.tensor([[[1.0], [3.0], [100.0]], [[2.0], [2.0], [5.0]]])
    lengths = torch.tensor([2, 3])
    assert ActivationPenalty(1.0, 0.0)(outputs, outputs, lengths).item() == pytest.approx(
        (1 + 9 + 4 + 4 + 25) / 5
    )
    assert ActivationPenalty(0.0, 1.0)(outputs, outputs, lengths).item() == pytest.approx((4 + 0 + 9) / 3)


def test_one_step_has_no_change_to_punish():
    one = torch.ones(2, 1, 3)
    assert ActivationPenalty(0.0, 1.0)(one, one, torch.tensor([1, 1])).item() == 0


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="temporal_activation_regularization=-1 must be a number >= 0"):
        ActivationPenalty(0.0, -1)
    assert not ActivationPenalty().active

from __future__ import annotations

import torch

from rnnlab.training.task.known_gradient import with_gradients
from rnnlab.training.task.rng_state import drawn_from, states


def test_a_known_gradient_is_given_and_scaled_as_a_computed_one_would_be():
    weights = [torch.ones(2, requires_grad=True), torch.ones(3, requires_grad=True)]
    loss = (weights[0] ** 2).sum()
    known = with_gradients(loss, (torch.full((2,), 2.0), None), weights)
    assert known == loss == 2
    (3 * known + weights[0].sum()).backward()
    assert weights[0].grad.tolist() == [7.0, 7.0]
    assert weights[1].grad is None


def test_draws_repeat_inside_and_go_on_outside():
    torch.manual_seed(0)
    start, device = states(torch.device("cpu")), torch.device("cpu")
    first, second = torch.rand(3), torch.rand(3)
    torch.manual_seed(0)
    torch.rand(3)
    with drawn_from(start, device):
        assert torch.equal(torch.rand(3), first)
    assert torch.equal(torch.rand(3), second)

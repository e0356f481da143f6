"""A schedule by a function sets what torch's LambdaLR sets, and can be saved as that one."""

import pytest
import torch
from torch.optim.lr_scheduler import LambdaLR

from rnnlab.training.scheduler.follow import Follow


def optimizer():
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in (0.3, 0.7)]
    return torch.optim.SGD(groups, lr=0.1)


def walk(schedule, steps, tick=lambda: None):
    rates = []
    for _ in range(steps):
        schedule.optimizer.step()
        tick()
        schedule.step()
        rates.append([group["lr"] for group in schedule.optimizer.param_groups] + schedule.get_last_lr())
    return rates


def test_rates_are_those_of_lambda_lr_to_the_last_digit():
    done = [0]
    mine = Follow(optimizer(), lambda: 0.9 ** done[0])
    theirs = LambdaLR(optimizer(), lambda step: 0.9**step)
    assert walk(mine, 7, lambda: done.__setitem__(0, done[0] + 1)) == walk(theirs, 7)
    assert mine.state_dict().keys() == theirs.state_dict().keys()


def test_a_resumed_schedule_goes_on_where_it_stopped():
    share = [1.0]
    first = Follow(optimizer(), lambda: share[0])
    walk(first, 3)
    again = Follow(optimizer(), lambda: share[0])
    again.load_state_dict(first.state_dict())
    share[0] = 0.5
    assert walk(again, 1)[0][:2] == pytest.approx([0.15, 0.35])
    assert again.last_epoch == 4


def test_a_rate_that_is_a_tensor_is_set_in_place():
    weights = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=torch.tensor(0.2))
    rate = weights.param_groups[0]["lr"]
    walk(Follow(weights, lambda: 0.5), 3)
    assert float(rate) == pytest.approx(0.1)

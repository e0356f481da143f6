"""Two optimizers that behave as one."""

import copy

import pytest
import torch
from torch import nn

from rnnlab.optimizer.muon import MuonAdamW


@pytest.fixture
def network():
    torch.manual_seed(0)
    return nn.LSTM(3, 4)


def step(network, optimizer, times=1):
    for _ in range(times):
        optimizer.zero_grad()
        network(torch.ones(5, 2, 3))[0].square().sum().backward()
        optimizer.step()


def test_each_part_steps_its_own_parameters_exactly_as_alone(network):
    other = copy.deepcopy(network)
    named = dict(other.named_parameters())
    adamw = torch.optim.AdamW(
        [p for n, p in named.items() if n != "weight_hh_l0"], lr=0.01, betas=(0.9, 0.99), weight_decay=0.05
    )
    muon = torch.optim.Muon([named["weight_hh_l0"]], lr=0.02, weight_decay=0.05, momentum=0.95)
    step(network, MuonAdamW(network.named_parameters(), lr=0.01), times=3)
    for _ in range(3):
        other.zero_grad()
        other(torch.ones(5, 2, 3))[0].square().sum().backward()
        adamw.step()
        muon.step()
    for (name, a), b in zip(network.named_parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(a, b, msg=name)


def test_a_schedule_scales_both_learning_rates(network):
    optimizer = MuonAdamW(network.named_parameters(), lr=0.01, muon_lr=0.02)
    torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: 0.5)
    assert [group["lr"] for group in optimizer.param_groups] == [0.005, 0.01]
    assert [part.param_groups[0]["lr"] for part in optimizer.parts] == [0.005, 0.01]


def test_a_saved_state_goes_on_exactly(network):
    optimizer = MuonAdamW(network.named_parameters(), lr=0.01)
    step(network, optimizer, times=2)
    other = copy.deepcopy(network)
    resumed = MuonAdamW(other.named_parameters(), lr=0.01)
    resumed.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    step(network, optimizer, times=2)
    step(other, resumed, times=2)
    for a, b in zip(network.parameters(), other.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_model_without_recurrence_is_refused():
    with pytest.raises(ValueError, match="needs recurrent matrices"):
        MuonAdamW(nn.Linear(2, 2).named_parameters())

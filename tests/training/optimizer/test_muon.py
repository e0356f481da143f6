"""Two optimizers that behave as one."""

import copy

import pytest
import torch
from torch import nn

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.training.optimizer.muon import Muon, MuonAdamW, hidden_matrices, orthogonalised


@pytest.fixture
def network():
    torch.manual_seed(0)
    return nn.LSTM(3, 4)


def step(network, optimizer, times=1):
    for _ in range(times):
        optimizer.zero_grad()
        network(torch.ones(5, 2, 3))[0].square().sum().backward()
        optimizer.step()


@pytest.mark.parametrize("shape", [(12, 4), (4, 12), (5, 5)])
def test_an_orthogonalised_matrix_has_the_same_directions_and_singular_values_near_one(shape):
    torch.manual_seed(0)
    matrix = torch.randn(shape)
    left, values, right = torch.linalg.svd(orthogonalised(matrix), full_matrices=False)
    assert ((values > 0.5) & (values < 1.3)).all()
    expected_left, _, expected_right = torch.linalg.svd(matrix, full_matrices=False)
    product = expected_left.T @ (left * values @ right) @ expected_right.T
    torch.testing.assert_close(product, torch.diag(product.diagonal()), rtol=0, atol=1e-4)


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="torch has it since 2.9")
@pytest.mark.parametrize("shape", [(12, 4), (4, 12)])
def test_steps_are_those_of_torchs_muon_but_for_its_bfloat16(shape):
    torch.manual_seed(0)
    ours = nn.Parameter(torch.randn(shape))
    theirs = nn.Parameter(ours.detach().clone())
    start = ours.detach().clone()
    a = Muon([ours], lr=0.1, momentum=0.9, weight_decay=0.1)
    b = torch.optim.Muon([theirs], lr=0.1, momentum=0.9, weight_decay=0.1)
    for _ in range(3):
        gradient = torch.randn(shape)
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        a.step()
        b.step()
    assert (ours - theirs).norm() < 0.03 * (ours - start).norm()


def test_each_part_steps_its_own_parameters_exactly_as_alone(network):
    other = copy.deepcopy(network)
    named = dict(other.named_parameters())
    adamw = torch.optim.AdamW(
        [p for n, p in named.items() if n != "weight_hh_l0"], lr=0.01, betas=(0.9, 0.99), weight_decay=0.05
    )
    muon = Muon([named["weight_hh_l0"]], lr=0.02, weight_decay=0.05, momentum=0.95)
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


def test_a_cell_without_recurrent_matrices_has_those_of_its_encoder_orthogonalised():
    encoder = RecurrentEncoder("mingru", 3, 4)
    named = nn.ModuleDict({"encoder": encoder, "output": nn.Linear(4, 5)}).named_parameters()
    assert hidden_matrices(named) == {"encoder.forward_layers.0.weight_ih"}


def test_a_model_without_an_encoder_is_refused():
    with pytest.raises(ValueError, match="needs an encoder with matrices"):
        MuonAdamW(nn.Linear(2, 2).named_parameters())

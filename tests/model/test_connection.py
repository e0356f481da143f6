"""What goes past a layer."""

from __future__ import annotations

import torch

from rnnlab.model.connection import Highway, Residual


def test_a_residual_connection_is_the_sum():
    assert torch.equal(Residual()(torch.tensor([1.0]), torch.tensor([2.0])), torch.tensor([3.0]))


def test_a_highway_mixes_by_a_gate_that_reads_the_input():
    highway = Highway(3).double()
    before, after = torch.randn(2, 4, 2, 3, dtype=torch.double)
    gate = 1 / (1 + torch.exp(-(before @ highway.gate.weight.T + highway.gate.bias)))
    torch.testing.assert_close(highway(before, after), gate * after + (1 - gate) * before, rtol=0, atol=1e-12)


def test_a_highway_starts_out_carrying_most_of_its_input():
    nothing = torch.zeros(1, 1, 64)
    assert torch.allclose(Highway(64)(nothing, nothing + 1), torch.sigmoid(torch.tensor(-1.0)))

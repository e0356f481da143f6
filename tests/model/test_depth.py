"""What layers in a stack read and hand on."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from rnnlab.model.depth import Depth, Highway, Mixing, Residual
from rnnlab.model.settings import RULES


def depth(connection: str = "none", norm: str = "none", layers: int = 3, width: int = 4) -> Depth:
    return Depth(5, width, layers, connection, norm, 0.0)


def test_without_anything_a_layer_reads_what_the_one_below_says():
    stack, before, after = depth(), torch.randn(2, 3, 5), torch.randn(2, 3, 4)
    assert stack.input_sizes == [5, 4, 4]
    assert stack.read(0, before) is before
    assert stack.hand_on(0, before, after) is after
    assert not list(stack.parameters())


def test_dense_layers_read_the_inputs_and_all_outputs_below_them():
    stack = depth("dense")
    assert stack.input_sizes == [5, 9, 13]
    inputs, first, second, third = (torch.randn(2, 3, size) for size in (5, 4, 4, 4))
    grown = stack.hand_on(0, inputs, first)
    assert torch.equal(grown, torch.cat((inputs, first), -1))
    assert stack.hand_on(1, grown, second).shape[-1] == 13
    assert stack.hand_on(2, stack.hand_on(1, grown, second), third) is third


@pytest.mark.parametrize("connection", ["residual", "highway"])
def test_a_connection_leaves_out_the_first_layer_where_the_sizes_differ(connection):
    stack, first = depth(connection), torch.randn(2, 3, 4)
    assert stack.hand_on(0, torch.randn(2, 3, 5), first) is first
    assert not torch.equal(stack.hand_on(1, first, first * 2), first * 2)
    assert isinstance(depth(connection, layers=1, width=5).connections[0], nn.Module)


def test_layer_norm_acts_on_what_later_layers_read():
    stack, values = depth(norm="layer"), torch.randn(2, 3, 4) * 7 + 2
    assert torch.equal(stack.read(0, values), values)
    read = stack.read(1, values)
    torch.testing.assert_close(read.mean(-1), torch.zeros(2, 3), rtol=0, atol=1e-5)
    torch.testing.assert_close(read.var(-1, correction=0), torch.ones(2, 3), rtol=0, atol=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (5, 4, 1, "residual", "none", 0.0),
            "connection=residual needs num_layers > 1 or an input of the output's",
        ),
        ((5, 4, 1, "dense", "none", 0.0), "connection=dense needs num_layers > 1"),
        ((5, 4, 1, "none", "layer", 0.0), "norm=layer needs num_layers > 1: it acts between layers"),
        ((5, 4, 1, "none", "none", 0.2), "dropout=0.2 needs num_layers > 1: it acts between layers"),
        ((5, 4, 2, "skip", "none", 0.0), "connection=skip must be one of none, residual, highway, dense"),
        ((5, 4, 2, "none", "batch", 0.0), "norm=batch must be one of none, layer"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Depth(*arguments)


def test_directions_are_joined_added_or_mapped():
    ahead, back = torch.randn(2, 2, 3, 4)
    assert torch.equal(Mixing("concat", 4)(ahead, back), torch.cat((ahead, back), -1))
    assert torch.equal(Mixing("sum", 4)(ahead, back), ahead + back)
    linear = Mixing("linear", 4)
    expected = torch.cat((ahead, back), -1) @ linear.map.weight.T
    torch.testing.assert_close(linear(ahead, back), expected)
    assert [Mixing(name, 4).output_size for name in RULES["mixing"].names] == [8, 4, 4]
    with pytest.raises(ValueError, match="mixing=mean must be one of concat, sum, linear"):
        Mixing("mean", 4)


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

"""Sizes of networks, by hand."""

from __future__ import annotations

from functools import partial

import pytest
from torch import nn

from rnnlab.model.causal_attention import CausalAttention
from rnnlab.model.cell_options import CellOptions
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.size import Size, size_of

I, H = 5, 8  # noqa: E741
DELTA = 4 * H * I + 4 * I  # query, gate, key, value; beta of each of 4 heads
STATE = H * H // 4  # of 4 heads
BY_HAND = {
    "rnn": ({}, H, H * (I + H)),
    "lstm": ({}, 2 * H, 4 * H * (I + H)),
    "gru": ({}, H, 3 * H * (I + H)),
    "mingru": ({}, H, 2 * H * I),
    "slstm": ({"heads": 2}, 4 * H, 4 * H * (I + H // 2)),
    "deltanet": ({"heads": 4}, STATE, DELTA + 3 * STATE),
    "mlstm": ({"heads": 4}, STATE + H + 4, 4 * H * I + 2 * 4 * I + 2 * STATE),
}


@pytest.mark.parametrize("cell", BY_HAND)
def test_state_and_operations_of_a_layer_are_those_counted_by_hand(cell):
    options, state, operations = BY_HAND[cell]
    size = size_of(RecurrentEncoder(cell, I, H, options=CellOptions(**options)))
    assert (size.state_size, size.operations_per_token) == (state, operations)


def test_each_householder_reads_and_writes_the_matrix_once_more():
    size = size_of(RecurrentEncoder("deltanet", I, H, options=CellOptions(heads=4, householders=2)))
    assert size.operations_per_token == 6 * H * I + 2 * 4 * I + 5 * STATE


def test_a_block_adds_its_maps_its_mlp_and_its_convolution():
    encoder = RecurrentEncoder("gru", I, H, 2, block="residual", mlp_ratio=1.5, conv_size=4)
    size = size_of(encoder)
    mlp, convolution = 3 * H * 12, 4 * H
    assert size.operations_per_token == I * H + 2 * (3 * H * (H + H) + mlp + convolution)
    assert size.state_size == 2 * (H + 3 * H)
    assert size.parameters == sum(weight.numel() for weight in encoder.parameters())


def test_both_directions_and_attention_count():
    both = size_of(RecurrentEncoder("gru", I, H, bidirectional=True, mixing="linear"))
    assert (both.state_size, both.operations_per_token) == (2 * H, 2 * 3 * H * (I + H) + 2 * H * H)
    attended = RecurrentEncoder("gru", I, H, attention=partial(CausalAttention, memory=3))
    assert size_of(attended).state_size > 3 * H


def test_weights_that_are_not_trained_and_networks_without_layers():
    network = nn.Linear(3, 2)
    network.bias.requires_grad_(False)
    assert size_of(network) == Size(6, 0, 0)

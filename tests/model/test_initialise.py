from __future__ import annotations

import pytest
import torch
from torch import nn

from rnnlab.model.cell import LSTMCell
from rnnlab.model.embedding import Embedding
from rnnlab.model.initialise import initialise
from rnnlab.model.layer import make_layer


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_stacked_recurrent_matrix_keeps_the_length_of_a_state(cell):
    matrix = make_layer(cell, 6, 8).weight_hh_l0
    torch.testing.assert_close(matrix.T @ matrix, torch.eye(8), rtol=0, atol=1e-5)


@pytest.mark.parametrize(("cell", "gates"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
def test_each_gates_input_matrix_is_xavier_uniform(cell, gates):
    layer = make_layer(cell, 200, 100)
    bound = (6 / 300) ** 0.5
    for matrix in layer.weight_ih_l0.chunk(gates):
        assert 0.99 * bound < matrix.abs().max() <= bound


def test_only_an_lstms_forget_gate_starts_with_a_bias_and_torchs_two_add_up_to_one():
    layer = make_layer("lstm", 6, 8)
    total = (layer.bias_ih_l0 + layer.bias_hh_l0).chunk(4)
    assert [bias.unique().item() for bias in total] == [0, 1, 0, 0]
    assert not make_layer("gru", 6, 8).bias_ih_l0.any()
    cell = LSTMCell(6, 8)
    assert (cell.forget_gate.input.bias + cell.forget_gate.recurrent.bias).unique().item() == 1


def test_all_layers_of_a_torch_module_are_covered():
    stack = nn.LSTM(4, 8, num_layers=2, bidirectional=True)
    initialise(stack)
    for name in ("weight_hh_l1", "weight_hh_l0_reverse"):
        matrix = getattr(stack, name)
        torch.testing.assert_close(matrix.T @ matrix, torch.eye(8), rtol=0, atol=1e-5)
    assert (stack.bias_ih_l1_reverse[8:16] == 1).all()


def test_the_paddings_vector_is_zero_and_stays_zero_in_training():
    embedding = Embedding(20, 64)
    weight = embedding.vectors.weight
    assert 0.09 < weight[1:].std() < 0.11
    optimizer = torch.optim.AdamW(embedding.parameters(), lr=0.1, fused=True)
    for _ in range(3):
        optimizer.zero_grad()
        embedding(torch.tensor([[3, 4, 0, 0]])).exp().sum().backward()
        optimizer.step()
    assert not weight[0].any()
    assert weight[3].abs().max() > 0.15

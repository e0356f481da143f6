"""Every start against its definition."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.stepwise import LSTMCell
from rnnlab.model.embedding import Embedding
from rnnlab.model.fused import make_fused
from rnnlab.model.initialise import INITS, initialise, initialise_matrix

UNITS, INPUTS = 120, 80


def drawn(name: str, gates: int, inputs: int = INPUTS) -> Tensor:
    torch.manual_seed(0)
    weight = torch.full((gates * UNITS, inputs), torch.nan)
    initialise_matrix(name, weight, gates)
    return weight


def is_uniform(values: Tensor, bound: float) -> None:
    """Within the bound, up to it, and as many in each quarter of the range."""
    assert 0.99 * bound < values.abs().max() <= bound
    shares = torch.histc(values, 4, -bound, bound) / values.numel()
    torch.testing.assert_close(shares, torch.full((4,), 0.25), rtol=0, atol=0.02)


def is_normal(values: Tensor, deviation: float) -> None:
    """Of mean 0 and that deviation, and 68 in 100 within one of it."""
    assert abs(values.mean()) < 0.03 * deviation
    torch.testing.assert_close(values.std().item(), deviation, rtol=0.03, atol=0)
    torch.testing.assert_close((values.abs() < deviation).float().mean().item(), 0.683, rtol=0, atol=0.02)


@pytest.mark.parametrize("gates", [1, 3, 4])
def test_orthogonal_makes_the_columns_of_the_whole_matrix_orthonormal(gates):
    weight = drawn("orthogonal", gates)
    torch.testing.assert_close(weight.T @ weight, torch.eye(INPUTS), rtol=0, atol=1e-5)


@pytest.mark.parametrize("gates", [1, 3, 4])
def test_orthogonal_gates_makes_the_columns_of_each_gate_orthonormal(gates):
    for gate in drawn("orthogonal_gates", gates).chunk(gates):
        torch.testing.assert_close(gate.T @ gate, torch.eye(INPUTS), rtol=0, atol=1e-5)


@pytest.mark.parametrize("gates", [1, 4])
@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("xavier_uniform", (6 / (UNITS + INPUTS)) ** 0.5),  # Glorot & Bengio (2010), equation 16
        ("kaiming_uniform", (6 / INPUTS) ** 0.5),  # the variance of He et al. (2015), 2 / inputs
        ("uniform", UNITS**-0.5),
    ],
)
def test_uniform_starts_have_their_bounds_gate_by_gate(name, bound, gates):
    for gate in drawn(name, gates).chunk(gates):
        is_uniform(gate, bound)


@pytest.mark.parametrize("gates", [1, 4])
@pytest.mark.parametrize(
    ("name", "deviation"),
    [
        ("xavier_normal", (2 / (UNITS + INPUTS)) ** 0.5),  # Glorot & Bengio (2010), equation 12
        ("kaiming_normal", (2 / INPUTS) ** 0.5),  # He et al. (2015), equation 10
        ("normal", INPUTS**-0.5),
    ],
)
def test_normal_starts_have_their_deviations_gate_by_gate(name, deviation, gates):
    for gate in drawn(name, gates).chunk(gates):
        is_normal(gate, deviation)


def test_identity_is_the_identity_in_each_gate():
    for gate in drawn("identity", 4, inputs=UNITS).chunk(4):
        assert torch.equal(gate, torch.eye(UNITS))


def test_uniform_is_what_torch_starts_with():
    weight = nn.LSTM(INPUTS, UNITS).weight_hh_l0
    is_uniform(weight, UNITS**-0.5)
    is_uniform(drawn("uniform", 4, inputs=UNITS), UNITS**-0.5)


@pytest.mark.parametrize("name", INITS)
def test_every_start_draws_every_entry_and_leaves_no_graph(name):
    weight = nn.Parameter(torch.full((12, 4), torch.nan))
    initialise_matrix(name, weight, 3)
    assert weight.isfinite().all()
    assert weight.is_leaf


@pytest.mark.parametrize("name", INITS)
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_layers_two_matrices_start_as_the_options_name_them(cell, name):
    seen = []
    gates = {"rnn": 1, "lstm": 4, "gru": 3}[cell]
    for input_init, recurrent_init in ((name, "identity"), ("identity", name)):
        torch.manual_seed(0)
        options = CellOptions(input_init=input_init, recurrent_init=recurrent_init)
        layer = make_fused(cell, 8, 8, options)
        seen.append((layer.weight_ih_l0, layer.weight_hh_l0))
        for matrix, own in zip(seen[-1], (input_init, recurrent_init), strict=True):
            if own == "identity":
                assert torch.equal(matrix, torch.eye(8).repeat(gates, 1))
    assert name == "identity" or not torch.equal(seen[0][0], seen[1][0])
    assert name == "identity" or not torch.equal(seen[0][1], seen[1][1])


@pytest.mark.parametrize(("cell", "gates"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
def test_without_names_input_gates_are_xavier_uniform_and_the_recurrent_stack_orthogonal(cell, gates):
    layer = make_fused(cell, 200, 100, CellOptions())
    for matrix in layer.weight_ih_l0.chunk(gates):
        is_uniform(matrix, (6 / 300) ** 0.5)
    matrix = layer.weight_hh_l0
    torch.testing.assert_close(matrix.T @ matrix, torch.eye(100), rtol=0, atol=1e-5)


def test_an_irnn_hands_a_positive_state_on_as_it_is():
    options = CellOptions(nonlinearity="relu", recurrent_init="identity")
    layer = make_fused("rnn", 3, 4, options)
    state = torch.rand(1, 2, 4)
    result = layer(torch.zeros(50, 2, 3), None, (state,))  # Le et al. (2015): without input nothing is lost
    assert torch.equal(result.outputs, state.expand(50, 2, 4))
    result.outputs[-1].sum().backward()
    assert result.state[0].shape == (1, 2, 4)


def test_a_projection_starts_by_keeping_what_it_can_of_lengths():
    matrix = make_fused("lstm", 6, 8, CellOptions(projection_size=5)).weight_hr_l0
    torch.testing.assert_close(matrix @ matrix.T, torch.eye(5), rtol=0, atol=1e-5)


@pytest.mark.parametrize("bias", [1.0, 0.0, -2.5])
def test_only_an_lstms_forget_gate_starts_with_a_bias_and_torchs_two_add_up_to_it(bias):
    layer = make_fused("lstm", 6, 8, CellOptions(forget_bias=bias))
    total = (layer.bias_ih_l0 + layer.bias_hh_l0).chunk(4)
    assert [gate.unique().item() for gate in total] == [0, bias, 0, 0]


def test_the_forget_bias_is_one_unless_it_is_named_and_the_others_have_none():
    layer = make_fused("lstm", 6, 8, CellOptions())
    assert (layer.bias_ih_l0 + layer.bias_hh_l0)[8:16].unique().item() == 1
    assert not make_fused("gru", 6, 8, CellOptions()).bias_ih_l0.any()
    cell = LSTMCell(6, 8)
    assert (cell.forget_gate.input.bias + cell.forget_gate.recurrent.bias).unique().item() == 1


def test_all_layers_of_a_torch_module_are_covered():
    stack = nn.LSTM(4, 8, num_layers=2, bidirectional=True)
    initialise(stack)
    for name in ("weight_hh_l1", "weight_hh_l0_reverse"):
        matrix = getattr(stack, name)
        torch.testing.assert_close(matrix.T @ matrix, torch.eye(8), rtol=0, atol=1e-5)
    assert (stack.bias_ih_l1_reverse[8:16] == 1).all()


def test_an_unknown_start_is_named_with_those_there_are():
    with pytest.raises(ValueError, match="init=he must be one of orthogonal, orthogonal_gates, xavier"):
        initialise_matrix("he", torch.empty(4, 4))


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

"""The recurrent matrix's gradient from one product, against autograd's from one at each step."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rnnlab.model.cell_options import CELLS, CellOptions
from rnnlab.model.cells.base import Cell
from rnnlab.model.cells.matrix_gradient import fits_matrix_gradient
from rnnlab.model.make_layer import own_layer

NUM_STEPS, ROWS, INPUTS, UNITS = 6, 3, 4, 8
VARIATIONAL = {"recurrent_dropout": 0.3, "recurrent_dropout_kind": "variational"}
CASES = {
    "rnn": [{}, {"nonlinearity": "relu"}],
    "lstm": [{}, {"peephole": True, "coupled": True, "projection_size": 3}, {"memory_zoneout": 0.2}],
    "slstm": [{}, {"heads": 4}],
    "cfc": [{}],
}
DROPS: list[dict] = [{}, VARIATIONAL, {"recurrent_dropout": 0.3}, {"zoneout": 0.2}]
ALL = [(cell, own | drop) for cell, options in CASES.items() for own in options for drop in DROPS]
PRODUCTS = ("aten::mm", "aten::addmm", "aten::addmm_", "aten::bmm", "aten::baddbmm_")


def make(cell: str, options: dict) -> Cell:
    torch.manual_seed(0)
    layer = own_layer(cell)(INPUTS, UNITS, CellOptions(**options)).double()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    assert isinstance(layer, Cell)
    return layer


def run(layer: Cell, num_steps: int = NUM_STEPS) -> tuple[list[Tensor], list[Tensor]]:
    """Return outputs and states, and the gradients of inputs, first state and weights; the same draws."""
    torch.manual_seed(1)
    steps = torch.randn(num_steps, ROWS, INPUTS, dtype=torch.double, requires_grad=True)
    state = tuple(torch.rand(1, ROWS, n, dtype=torch.double, requires_grad=True) for n in layer.state_sizes)
    outputs, after = layer(steps, torch.tensor([num_steps, 1, max(1, num_steps - 2)]), state)
    loss = (outputs.square()).sum() + sum((n + 1) * part.sum() for n, part in enumerate(after))
    sources = [steps, *state, *layer.parameters()]
    return [outputs, *after], list(torch.autograd.grad(loss, sources))


@pytest.mark.parametrize(("cell", "options"), ALL)
def test_outputs_are_the_same_and_gradients_within_rounding(cell, options, monkeypatch):
    layer = make(cell, options)
    assert layer.adds_products
    for length in (NUM_STEPS, 1):
        ours = run(layer, length)
        with monkeypatch.context() as patch:
            patch.setattr(type(layer), "adds_products", False)
            theirs = run(layer, length)
        assert all(torch.equal(*pair) for pair in zip(ours[0], theirs[0], strict=True))
        for pair in zip(ours[1], theirs[1], strict=True):
            torch.testing.assert_close(*pair, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("cell", CASES)
def test_a_step_back_multiplies_once(cell, monkeypatch):
    def products(layer: Cell) -> int:
        with torch.profiler.profile() as profile:
            run(layer)
        return sum(event.count for event in profile.key_averages() if event.key in PRODUCTS)

    layer = make(cell, {})
    ours = products(layer)
    monkeypatch.setattr(type(layer), "adds_products", False)
    assert products(layer) - ours == NUM_STEPS - 1


def test_gradients_in_half_precision_stay_near_those_in_single():
    layer = make("cfc", {}).float()
    steps = torch.randn(NUM_STEPS, ROWS, INPUTS)
    found = []
    for enabled in (False, True):
        layer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
            layer(steps).outputs.float().square().sum().backward()
        found.append(layer.weight_hh_l0.grad.clone())
    torch.testing.assert_close(found[1], found[0], rtol=0.1, atol=0.1)


def test_a_frozen_matrix_gets_none_and_others_their_own():
    layer = make("lstm", {})
    layer.weight_hh_l0.requires_grad_(False)
    layer(torch.randn(NUM_STEPS, ROWS, INPUTS, dtype=torch.double)).outputs.sum().backward()
    assert layer.weight_hh_l0.grad is None
    assert layer.weight_ih_l0.grad.any()
    with torch.no_grad():
        assert not fits_matrix_gradient(layer.weight_ih_l0)
    assert fits_matrix_gradient(layer.weight_ih_l0)


def test_cells_that_read_the_state_otherwise_are_left_to_autograd():
    loops = {name for name in CELLS if issubclass(own_layer(name), Cell)}
    at_once = {name for name in loops if own_layer(name).adds_products}
    assert at_once == set(CASES)
    assert loops - at_once == {"gru", "layernorm_lstm", "mogrifier_lstm", "indrnn"}

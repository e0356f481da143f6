"""cfc with times: against its equation, and against the authors' package."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.cfc import CfC

NUM_STEPS, ROWS, SIZE, UNITS = 7, 3, 4, 5
GATES = ("ff1", "ff2", "time_a", "time_b")
"""The package's names of the four products, in the order of the layer's rows."""


def make() -> CfC:
    torch.manual_seed(0)
    layer = CfC(SIZE, UNITS, CellOptions()).double()
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter)
    return layer


def steps() -> Tensor:
    return torch.randn(NUM_STEPS, ROWS, SIZE, dtype=torch.double, generator=torch.Generator().manual_seed(1))


def times() -> Tensor:
    return 3 * torch.rand(NUM_STEPS, ROWS, dtype=torch.double, generator=torch.Generator().manual_seed(2))


def test_it_is_the_cell_of_the_authors_package():
    package = pytest.importorskip("ncps.torch")
    layer, theirs = make(), package.CfCCell(SIZE, UNITS, backbone_layers=0).double()
    with torch.no_grad():
        for number, name in enumerate(GATES):
            rows, product = slice(number * UNITS, (number + 1) * UNITS), getattr(theirs, name)
            product.weight.copy_(torch.cat((layer.weight_ih_l0[rows], layer.weight_hh_l0[rows]), 1))
            product.bias.copy_(layer.bias_ih_l0[rows])
    hidden, expected = torch.zeros(ROWS, UNITS, dtype=torch.double), []
    for step, time in zip(steps(), times(), strict=True):
        hidden, _ = theirs(step, hidden, time.unsqueeze(1))
        expected.append(hidden)
    outputs, state = layer(steps(), None, None, times())
    torch.testing.assert_close(outputs, torch.stack(expected), rtol=0, atol=1e-12)
    torch.testing.assert_close(state[0][0], expected[-1], rtol=0, atol=1e-12)


def test_no_time_given_is_one_step_everywhere():
    layer, ones = make(), torch.ones(NUM_STEPS, ROWS, dtype=torch.double)
    assert torch.equal(layer(steps()).outputs, layer(steps(), None, None, ones).outputs)


def test_after_a_long_time_a_unit_is_at_the_target_that_the_sign_of_its_slope_says():
    layer = make()
    outputs = layer(steps(), None, None, torch.full((NUM_STEPS, ROWS), 1e6, dtype=torch.double)).outputs
    hidden = torch.zeros(ROWS, UNITS, dtype=torch.double)
    for step, output in zip(steps(), outputs, strict=True):
        raw = step @ layer.weight_ih_l0.T + layer.bias_ih_l0 + hidden @ layer.weight_hh_l0.T
        first, second, slope, _ = raw.chunk(4, 1)
        hidden = torch.tanh(torch.where(slope > 0, second, first))
        torch.testing.assert_close(output, hidden, rtol=0, atol=1e-9)


def test_times_have_gradients_and_those_of_padding_count_for_nothing():
    layer, lengths = make(), torch.tensor([7, 2, 4])
    given = times().requires_grad_()
    output = layer(steps(), lengths, None, given)
    (gradient,) = torch.autograd.grad(output.state[0].sum(), given)
    real = torch.arange(NUM_STEPS).unsqueeze(1) < lengths
    assert (gradient[real] != 0).all()
    assert (gradient[~real] == 0).all()

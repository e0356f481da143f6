from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.mamba import Mamba
from rnnlab.model.make_layer import own_layer

STEPS, ROWS, SIZE, UNITS, EXPANSION = 9, 2, 5, 20, 3


def make(size: int = SIZE) -> Mamba:
    torch.manual_seed(0)
    layer = Mamba(size, UNITS, CellOptions(state_expansion=EXPANSION)).double()
    for parameter in (layer.bias_ih, layer.skip):
        torch.nn.init.normal_(parameter)
    with torch.no_grad():
        layer.log_rate.add_(0.3 * torch.randn_like(layer.log_rate))
        layer.bias_size.add_(2)
    return layer


def inputs(num_steps: int = STEPS, size: int = SIZE) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(num_steps, ROWS, size, dtype=torch.double, generator=generator)


def step(layer: Mamba, x: Tensor, matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Gu & Dao (2023), algorithm 2 and equation 2a with their simplified discretisation; matrix (B, H, N)."""
    unit, gate = F.silu(x @ layer.weight_ih.T + layer.bias_ih).chunk(2, -1)
    low, b, c = (unit @ layer.weight_select.T).split((layer.rank, EXPANSION, EXPANSION), -1)
    delta = F.softplus(low @ layer.weight_size.T + layer.bias_size).unsqueeze(-1)  # (B, H, 1)
    kept = torch.exp(delta * -layer.log_rate.exp().T)
    matrix = kept * matrix + delta * b.unsqueeze(1) * unit.unsqueeze(-1)
    return ((matrix * c.unsqueeze(1)).sum(-1) + layer.skip * unit) * gate, matrix


def test_outputs_and_gradients_are_those_of_the_papers_equations():
    layer, expected = make(), []
    matrix = torch.randn(ROWS, UNITS, EXPANSION, dtype=torch.double)
    start = (torch.zeros(1, ROWS, UNITS).double(), matrix.mT.flatten(1)[None])
    for x in inputs():
        output, matrix = step(layer, x, matrix)
        expected.append(output)
    outputs, after = layer(inputs(), None, start)
    torch.testing.assert_close(outputs, torch.stack(expected))
    torch.testing.assert_close(after[0][0], expected[-1])
    torch.testing.assert_close(after[1][0], matrix.mT.flatten(1))
    ours = torch.autograd.grad(outputs.sin().sum(), list(layer.parameters()))
    theirs = torch.autograd.grad(torch.stack(expected).sin().sum(), list(layer.parameters()))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other)


def test_it_is_the_public_package_without_its_convolution_and_last_product():
    reference = pytest.importorskip("mambapy.mamba")
    config = reference.MambaConfig(d_model=UNITS, n_layers=1, d_state=EXPANSION, expand_factor=1, bias=True)
    theirs, ours = reference.MambaBlock(config).double(), make(UNITS)
    with torch.no_grad():
        theirs.conv1d.weight.zero_()[:, :, -1] = 1  # each step alone
        theirs.conv1d.bias.zero_()
        theirs.out_proj.weight.copy_(torch.eye(UNITS))
        theirs.out_proj.bias.zero_()
        theirs.in_proj.weight.copy_(ours.weight_ih)
        theirs.in_proj.bias.copy_(ours.bias_ih)
        theirs.x_proj.weight.copy_(ours.weight_select)
        theirs.dt_proj.weight.copy_(ours.weight_size)
        theirs.dt_proj.bias.copy_(ours.bias_size)
        theirs.A_log.copy_(ours.log_rate.T)
        theirs.D.copy_(ours.skip)
    given = inputs(16, UNITS)
    # theirs computes A and D in float32
    torch.testing.assert_close(
        ours(given).outputs, theirs(given.transpose(0, 1)).transpose(0, 1), rtol=1e-5, atol=1e-5
    )


def test_step_sizes_start_between_a_thousandth_and_a_tenth_and_rates_at_1_to_n():
    layer = Mamba(SIZE, 2000)
    sizes = F.softplus(layer.bias_size)
    assert 0.001 <= sizes.min() < 0.0011
    assert 0.09 < sizes.max() <= 0.1001
    torch.testing.assert_close(layer.log_rate.exp()[:, 7], torch.arange(1.0, 17))
    assert layer.state_sizes == (2000, 32000)


def test_a_state_expansion_elsewhere_or_out_of_range_is_refused():
    with pytest.raises(
        ValueError, match=r"state_expansion=4 has no place: cell=lru has no such part, only mamba"
    ):
        own_layer("lru")(5, 4, CellOptions(state_expansion=4))
    with pytest.raises(ValueError, match=r"state_expansion=0 must be a whole number >= 1"):
        CellOptions(state_expansion=0)


def test_autocast_keeps_the_state_in_float32_and_gradients_finite():
    layer, given = make().float(), inputs(200).float()
    exact = layer(given).outputs
    with torch.autocast("cpu", torch.bfloat16):
        outputs, state = layer(given)
    assert [part.dtype for part in (outputs, *state)] == [torch.float32] * 3
    assert (outputs - exact).square().mean().sqrt() < 0.03 * exact.square().mean().sqrt()
    gradients = torch.autograd.grad(outputs.sum(), list(layer.parameters()))
    assert all(gradient.isfinite().all() for gradient in gradients)

"""gla, deltanet, gated_deltanet, rwkv7 and mlstm against their equations, one step at a time."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.delta_rule import DeltaSteps, delta_rule
from rnnlab.model.cells.diagonal_delta import DiagonalSteps, diagonal_delta
from rnnlab.model.cells.matrix_state import MatrixState
from rnnlab.model.cells.rwkv7 import FASTEST
from rnnlab.model.make_layer import own_layer

ROWS, HEADS, SIZE, UNITS, NUM_STEPS = 2, 2, 5, 6, 7
CASES: list[tuple[str, dict[str, Any]]] = [
    *[("gla", {"decay_kind": decay}) for decay in ("vector", "scalar", "tied")],
    ("deltanet", {}),
    ("deltanet", {"negative_eigenvalues": True, "householders": 3}),
    ("gated_deltanet", {}),
    ("gated_deltanet", {"householders": 2}),
    ("rwkv7", {}),
    ("rwkv7", {"negative_eigenvalues": True}),
    ("mlstm", {}),
]


def id_of(value: object) -> str:
    if isinstance(value, str):
        return value
    return ",".join(each if name == "decay_kind" else name for name, each in value.items()) or "plain"


def make(cell: str, options: dict[str, Any]) -> MatrixState:
    torch.manual_seed(0)
    layer = own_layer(cell)(SIZE, UNITS, CellOptions(heads=HEADS, **options)).double()
    for parameter in layer.parameters():
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter)
    return layer


def steps(num_steps: int = NUM_STEPS, size: float = 1.0) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return size * torch.randn(num_steps, ROWS, SIZE, dtype=torch.double, generator=generator)


def products(layer: MatrixState, inputs: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """Vectors (B, H) by head, (B, N, D) each, and the numbers of each head, (B, N) each, of one step."""
    wide = (inputs @ layer.weight_ih.T + layer.bias_ih).chunk(layer.num_wide, -1)
    heads = [each.view(ROWS, HEADS, -1) for each in wide]
    if not layer.num_narrow:
        return heads, []
    return heads, list((inputs @ layer.weight_gates.T + layer.bias_gates).chunk(layer.num_narrow, -1))


def normalised(heads: Tensor, layer: MatrixState, gate: Tensor) -> Tensor:
    mean_square = heads.square().mean(-1, keepdim=True)
    return (heads / (mean_square + 1e-5).sqrt()).flatten(1) * layer.scale * gate.flatten(1)


def delta_step(layer: MatrixState, inputs: Tensor, matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Yang, Kautz & Hatamizadeh (2025), equation 10, with several writes (Siems et al. 2025, equation 6)."""
    writes = layer.options.householders
    (query, gate, *rest), narrow = products(layer, inputs)
    if layer.name == "gated_deltanet":
        matrix = matrix * torch.exp(-layer.log_rate.exp() * F.softplus(narrow[-1]))[..., None, None]
    for key, value, raw in zip(rest[:writes], rest[writes:], narrow, strict=False):
        key = F.normalize(F.silu(key), dim=-1).unsqueeze(-1)  # (B, N, D, 1)
        beta = torch.sigmoid(raw)[..., None, None] * (2 if layer.options.negative_eigenvalues else 1)
        matrix = matrix - beta * key @ (key.mT @ matrix) + beta * key @ F.silu(value).unsqueeze(-2)
    query = F.normalize(F.silu(query), dim=-1)
    return normalised((query.unsqueeze(-2) @ matrix).squeeze(-2), layer, F.silu(gate)), matrix


def mlstm_step(layer: MatrixState, inputs: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """Beck et al. (2024), equations 19 to 27, without a stabiliser; C and n side by side (B, N, D, D + 1)."""
    (query, gate, key, value), (raw_i, raw_f) = products(layer, inputs)
    key = key / layer.head_size**0.5
    added = key.unsqueeze(-1) @ torch.cat((value, torch.ones_like(value[..., :1])), -1).unsqueeze(-2)
    memory = torch.sigmoid(raw_f)[..., None, None] * memory + torch.exp(raw_i)[..., None, None] * added
    read = (query.unsqueeze(-2) @ memory).squeeze(-2)
    heads = read[..., :-1] / read[..., -1:].abs().clamp(min=1)
    return normalised(heads, layer, torch.sigmoid(gate)), memory


def rwkv7_step(layer: MatrixState, inputs: Tensor, matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Peng et al. (2025) without what the class leaves out; S as the paper has it, (V, K)."""
    query, gate, key, value, raw_decay, raw_rate = products(layer, inputs)[0]
    scale, mix = (each.view(HEADS, -1) for each in (layer.lookup_scale, layer.rate_mix))
    rate, decay = torch.sigmoid(raw_rate), torch.exp(-math.exp(-0.5) * torch.sigmoid(raw_decay))
    lookup = F.normalize(key * scale, dim=-1)
    reach = 1 + decay.amin(-1, keepdim=True) if layer.options.negative_eigenvalues else 1
    transition = torch.diag_embed(decay) - lookup.unsqueeze(-1) @ (reach * rate * lookup).unsqueeze(-2)
    key = key * torch.lerp(torch.ones_like(rate), rate, mix.expand_as(rate))
    matrix = matrix.mT @ transition + value.unsqueeze(-1) @ key.unsqueeze(-2)  # (B, N, V, K)
    read = (matrix @ query.unsqueeze(-1)).squeeze(-1)
    return normalised(read, layer, torch.sigmoid(gate)), matrix.mT


def gla_step(layer: MatrixState, inputs: Tensor, matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Yang et al. (2024), section 4; Dao & Gu (2024), scalar decays; Qin et al. (2024), equation 9."""
    wide, narrow = products(layer, inputs)
    skip = torch.zeros(HEADS, 1)
    if layer.options.decay_kind == "vector":
        query, gate, key, value, raw = wide
        decay, gate = torch.sigmoid(raw) ** (1 / 16), F.silu(gate)
    elif layer.options.decay_kind == "scalar":
        query, gate, key, value = (F.silu(each) for each in wide)
        size = F.softplus(narrow[0]).unsqueeze(-1)
        decay, key, skip = (
            torch.exp(-size * layer.log_rate.exp().view(-1, 1)),
            size * key,
            layer.skip.view(-1, 1),
        )
    else:
        query, value, raw = wide
        decay, query, gate = torch.sigmoid(raw), F.silu(query), torch.ones(ROWS, HEADS, 1)
        key = 1 - decay
        gate = gate.expand_as(key)
    matrix = decay.unsqueeze(-1) * matrix + key.unsqueeze(-1) @ value.unsqueeze(-2)
    read = (query.unsqueeze(-2) @ matrix).squeeze(-2) + skip * value
    return normalised(read, layer, gate), matrix


STEPS = {"gla": gla_step, "mlstm": mlstm_step, "rwkv7": rwkv7_step}


@pytest.mark.parametrize(("cell", "options"), CASES, ids=id_of)
def test_outputs_and_gradients_are_those_of_the_papers_equations(cell, options):
    layer = make(cell, options)
    width = layer.head_size + (cell == "mlstm")
    state = torch.zeros(ROWS, HEADS, layer.head_size, width, dtype=torch.double)
    expected = []
    for inputs in steps():
        output, state = STEPS.get(cell, delta_step)(layer, inputs, state)
        expected.append(output)
    outputs, after = layer(steps())
    torch.testing.assert_close(outputs, torch.stack(expected))
    torch.testing.assert_close(after[0][0], expected[-1])
    ours = torch.autograd.grad(outputs.sin().sum(), list(layer.parameters()))
    theirs = torch.autograd.grad(torch.stack(expected).sin().sum(), list(layer.parameters()))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize(("cell", "options"), CASES, ids=id_of)
def test_many_chunks_equal_single_steps_that_carry_the_state(cell, options):
    layer = make(cell, options)
    whole, end = layer(steps(150))
    state, outputs = None, []
    for inputs in steps(150).split(1):
        output, state = layer(inputs, None, state)
        outputs.append(output)
    torch.testing.assert_close(torch.cat(outputs), whole)
    for one, other in zip(state, end, strict=True):
        torch.testing.assert_close(one, other)


@given(length=st.integers(1, 9), num_steps=st.integers(1, 30), seed=st.integers(0, 99))
def test_the_length_of_chunks_changes_nothing(length, num_steps, seed):
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(2, 1, num_steps, *shape, dtype=torch.double, generator=generator)

    keys = F.normalize(draw(3), dim=-1)
    drawn = DeltaSteps(draw(3), keys, draw(2), 2 * draw().sigmoid(), F.logsigmoid(draw()))
    start = torch.randn(2, 1, 3, 2, dtype=torch.double, generator=generator)
    for one, other in zip(delta_rule(drawn, start, length), delta_rule(drawn, start, 64), strict=True):
        torch.testing.assert_close(one, other)


@given(length=st.integers(1, 16), num_steps=st.integers(1, 40), seed=st.integers(0, 99))
def test_the_length_of_chunks_changes_nothing_with_a_decay_for_each_feature(length, num_steps, seed):
    generator = torch.Generator().manual_seed(seed)

    def draw(size):
        return torch.randn(2, 1, num_steps, size, dtype=torch.double, generator=generator)

    lookups = F.normalize(draw(3), dim=-1)
    decay = -0.6 * draw(3).sigmoid()
    drawn = DiagonalSteps(draw(3), draw(3), lookups, -draw(3).sigmoid() * lookups, decay, draw(2))
    start = torch.randn(2, 1, 3, 2, dtype=torch.double, generator=generator)
    for one, other in zip(diagonal_delta(drawn, start, length), diagonal_delta(drawn, start, 1), strict=True):
        torch.testing.assert_close(one, other)


def test_the_smallest_decay_over_many_steps_loses_no_precision():
    """In a chunk exp(-c) grows to exp(9.7), for which float32 has room."""
    generator = torch.Generator().manual_seed(0)
    vectors = [torch.randn(1, 1, 200, 8, dtype=torch.double, generator=generator) for _ in range(4)]
    lookups = F.normalize(vectors[2], dim=-1)
    decay = torch.full_like(lookups, FASTEST)
    drawn = DiagonalSteps(vectors[0], vectors[1], lookups, -0.9 * lookups, decay, vectors[3])
    start = torch.zeros(1, 1, 8, 8, dtype=torch.double)
    exact = diagonal_delta(drawn, start)[0]
    rounded = diagonal_delta(DiagonalSteps(*(part.float() for part in drawn)), start.float())[0]
    torch.testing.assert_close(rounded.double(), exact, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("cell", "options"), CASES, ids=id_of)
def test_large_inputs_over_a_long_text_stay_finite_in_float32(cell, options):
    layer = make(cell, options).float()
    inputs = steps(400, size=30.0).float().requires_grad_()
    outputs, after = layer(inputs)
    (gradient,) = torch.autograd.grad(outputs.sum(), inputs)
    assert all(part.isfinite().all() for part in (outputs, gradient, *after))


@pytest.mark.parametrize(("cell", "options"), CASES, ids=id_of)
def test_bfloat16_is_near_float32(cell, options):
    layer = make(cell, options).float()
    exact = layer(steps().float()).outputs
    rounded = layer.bfloat16()(steps().bfloat16()).outputs
    assert rounded.dtype == torch.bfloat16
    assert (rounded.float() - exact).square().mean().sqrt() < 0.03 * exact.square().mean().sqrt()


@pytest.mark.parametrize(("cell", "options"), CASES, ids=id_of)
def test_autocast_keeps_the_state_in_float32(cell, options):
    layer, inputs = make(cell, options).float(), steps(100).float()
    exact = layer(inputs).outputs
    with torch.autocast("cpu", torch.bfloat16):
        outputs, state = layer(inputs)
    assert {part.dtype for part in (outputs, *state)} == {torch.float32}
    assert (outputs - exact).square().mean().sqrt() < 0.05 * exact.square().mean().sqrt()
    assert all(part.isfinite().all() for part in torch.autograd.grad(outputs.sum(), list(layer.parameters())))


def test_a_write_of_two_flips_what_is_held():
    """With b = 2 and v = 0 the step is a reflection: parity of the number of such steps."""
    one = torch.ones(1, 1, 3, 1, dtype=torch.double)
    flips = DeltaSteps(one, one, 0 * one, 2 * one[..., 0], 0 * one[..., 0])
    outputs, matrix = delta_rule(flips, torch.ones(1, 1, 1, 1, dtype=torch.double))
    assert outputs.flatten().tolist() == [-1, 1, -1]
    assert matrix.item() == -1


def test_a_rwkv7_that_keeps_everything_can_flip_what_it_holds():
    layer = own_layer("rwkv7")(1, 1, CellOptions(negative_eigenvalues=True)).double()
    with torch.no_grad():
        layer.weight_ih.zero_()
        layer.weight_ih[2] = 1  # a key for each step, values of 0
        layer.bias_ih.copy_(torch.tensor([1.0, 50.0, 0.0, 0.0, -50.0, 50.0]))  # all is kept, the rate is 1
    start = (torch.zeros(1, 1, 1, dtype=torch.double), torch.ones(1, 1, 1, dtype=torch.double))
    outputs, state = layer(torch.ones(3, 1, 1, dtype=torch.double), None, start)
    assert outputs.flatten().tolist() == pytest.approx([-1, 1, -1], abs=1e-4)
    assert state[1].item() == pytest.approx(-1)


def test_heads_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="heads=4 must divide hidden_size=6: choose 3 or 6"):
        own_layer("mlstm")(5, 6, CellOptions(heads=4))
    with pytest.raises(ValueError, match=r"householders=2 has no place: cell=mlstm has no such part"):
        own_layer("mlstm")(5, 6, CellOptions(householders=2))

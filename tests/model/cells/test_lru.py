from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.lru import LRU

STEPS, ROWS, SIZE, UNITS = 9, 2, 5, 3


def make(**options: float) -> LRU:
    torch.manual_seed(0)
    layer = LRU(SIZE, UNITS, CellOptions(**options)).double()
    torch.nn.init.normal_(layer.bias_out)
    return layer


def inputs(num_steps: int = STEPS) -> Tensor:
    return torch.randn(num_steps, ROWS, SIZE, dtype=torch.double, generator=torch.Generator().manual_seed(1))


def start() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(2)
    sizes = (UNITS, 2 * UNITS)
    return tuple(torch.randn(1, ROWS, size, dtype=torch.double, generator=generator) for size in sizes)


def step(layer: LRU, u: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Orvieto et al. (2023), equations 5 and 7, one step with complex matrices."""
    b_real, b_imaginary, d = layer.weight_ih.chunk(3)
    c_real, c_imaginary = layer.weight_out.chunk(2, -1)
    a = torch.exp(torch.complex(-layer.log_rate.exp(), layer.log_phase.exp()))
    written = torch.complex(b_real, b_imaginary) @ u.T.to(torch.complex128)
    x = a * x + layer.log_gain.exp() * written.T
    read = (x @ torch.complex(c_real, -c_imaginary).T).real
    return read + u @ d.T + layer.bias_out, x


def test_outputs_and_gradients_are_those_of_the_papers_equations():
    layer, before = make(), start()
    x, expected = torch.complex(*before[1][0].chunk(2, -1)), []
    for u in inputs():
        output, x = step(layer, u, x)
        expected.append(output)
    outputs, (hidden, pairs) = layer(inputs(), None, before)
    torch.testing.assert_close(outputs, torch.stack(expected))
    torch.testing.assert_close(hidden[0], expected[-1])
    torch.testing.assert_close(pairs[0], torch.cat((x.real, x.imag), -1))
    ours = torch.autograd.grad(outputs.sin().sum(), list(layer.parameters()))
    theirs = torch.autograd.grad(torch.stack(expected).sin().sum(), list(layer.parameters()))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other)


def test_chunks_and_single_steps_that_carry_the_state_equal_the_whole():
    layer = make()
    whole, end = layer(inputs(40))
    for size in (1, 7, 32):
        state, outputs = None, []
        for chunk in inputs(40).split(size):
            output, state = layer(chunk, None, state)
            outputs.append(output)
        torch.testing.assert_close(torch.cat(outputs), whole)
        for one, other in zip(state, end, strict=True):
            torch.testing.assert_close(one, other)


def test_padding_changes_nothing_and_the_state_is_that_of_the_last_real_step():
    layer, before, lengths = make(), start(), torch.tensor([4, 9])
    given = inputs()
    given[4:, 0] = 1e3
    outputs, after = layer(given, lengths, before)
    for row, length in enumerate(lengths.tolist()):
        alone = layer(given[:length, row : row + 1], None, tuple(part[:, row : row + 1] for part in before))
        torch.testing.assert_close(outputs[:length, row], alone.outputs[:, 0])
        for one, other in zip(after, alone.state, strict=True):
            torch.testing.assert_close(one[:, row], other[:, 0])


def test_gradients_are_those_of_finite_differences_also_of_the_first_state():
    layer = make()
    given = inputs(4).requires_grad_()
    pairs = start()[1].requires_grad_()

    def run(given: Tensor, pairs: Tensor) -> tuple[Tensor, Tensor]:
        outputs, state = layer(given, None, (torch.zeros(1, ROWS, UNITS, dtype=torch.double), pairs))
        return outputs, state[1]

    assert gradcheck(run, (given, pairs))


def test_eigenvalues_start_in_the_ring_and_inputs_keep_their_scale():
    layer = LRU(5, 4000, CellOptions(min_radius=0.5, max_radius=0.99, max_phase=1.5))
    values = layer.eigenvalues()
    assert 0.5 <= values.abs().min() < 0.52
    assert 0.97 < values.abs().max() <= 0.9901
    assert 1.4 < values.angle().abs().max() <= 1.5
    assert values.abs().square().mean().item() == pytest.approx((0.25 + 0.99**2) / 2, abs=0.01)
    torch.testing.assert_close(layer.log_gain.exp() ** 2 + values.abs() ** 2, torch.ones(4000))


def test_a_phase_of_pi_flips_the_state_at_every_step():
    layer = LRU(1, 1).double()
    with torch.no_grad():
        layer.log_phase.fill_(torch.pi).log_()
        layer.log_rate.fill_(-20.0)
    state = (torch.zeros(1, 1, 1), torch.tensor([[[1.0, 0.0]]], dtype=torch.double))
    for expected in (-1, 1, -1):
        state = layer(torch.zeros(1, 1, 1, dtype=torch.double), None, state).state
        torch.testing.assert_close(state[1].flatten(), torch.tensor([expected, 0.0], dtype=torch.double))


def near(rounded: Tensor, exact: Tensor, fraction: float) -> bool:
    return bool((rounded.float() - exact).square().mean().sqrt() < fraction * exact.square().mean().sqrt())


def test_bfloat16_is_near_float32_and_keeps_its_state_in_float32():
    layer, given = make().float(), inputs(200).float()
    exact = layer(given).outputs
    with torch.autocast("cpu", torch.bfloat16):
        outputs, (_, pairs) = layer(given)
    assert outputs.dtype == pairs.dtype == torch.float32
    assert near(outputs, exact, 0.02)
    rounded, (_, pairs) = layer.bfloat16()(given[:7].bfloat16())  # long memories magnify rounded eigenvalues
    assert (rounded.dtype, pairs.dtype) == (torch.bfloat16, torch.float32)
    assert near(rounded, exact[:7], 0.03)


def test_a_ring_without_area_is_refused():
    with pytest.raises(ValueError, match=r"min_radius=0\.9 must be below max_radius=0\.5"):
        LRU(5, 3, CellOptions(max_radius=0.5))
    with pytest.raises(ValueError, match=r"heads=2 has no place: cell=lru has no such part"):
        LRU(5, 4, CellOptions(heads=2))

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.scan import Scan
from rnnlab.model.make_layer import make_layer, own_layer

CELLS = ("mingru", "minlstm")
LENGTHS = torch.tensor([4, 9, 1, 6])
NUM_STEPS, SIZE, UNITS = 9, 5, 3


def make(cell: str, **options: Any) -> Scan:
    torch.manual_seed(0)
    layer = own_layer(cell)(SIZE, UNITS, CellOptions(**options)).double()
    torch.nn.init.normal_(layer.bias_ih)
    return layer


def steps(seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(NUM_STEPS, len(LENGTHS), SIZE, dtype=torch.double, generator=generator)


def state() -> tuple[Tensor]:
    return (torch.randn(1, len(LENGTHS), UNITS, dtype=torch.double).neg(),)


def close(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=0, atol=1e-9)


def positive(values: Tensor) -> Tensor:
    """Appendix B: the candidate of both."""
    return torch.where(values >= 0, values + 0.5, torch.sigmoid(values))


def mingru(layer: Scan, inputs: Tensor, hidden: Tensor) -> Tensor:
    """Feng et al. (2024), section 3.1: one step."""
    (w_z, w_n), (b_z, b_n) = layer.weight_ih.chunk(2), layer.bias_ih.chunk(2)
    update, candidate = torch.sigmoid(inputs @ w_z.T + b_z), positive(inputs @ w_n.T + b_n)
    return (1 - update) * hidden + update * candidate


def minlstm(layer: Scan, inputs: Tensor, hidden: Tensor) -> Tensor:
    """Feng et al. (2024), section 3.2: one step."""
    (w_i, w_f, w_n), (b_i, b_f, b_n) = layer.weight_ih.chunk(3), layer.bias_ih.chunk(3)
    enter, forget = torch.sigmoid(inputs @ w_i.T + b_i), torch.sigmoid(inputs @ w_f.T + b_f)
    candidate = positive(inputs @ w_n.T + b_n)
    return forget / (forget + enter) * hidden + enter / (forget + enter) * candidate


STEP = {"mingru": mingru, "minlstm": minlstm}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("started", [False, True])
def test_outputs_and_gradients_are_those_of_the_papers_equations(cell, started):
    layer, before = make(cell), state() if started else None
    hidden = before[0][0] if before else torch.zeros(len(LENGTHS), UNITS, dtype=torch.double)
    expected = []
    for inputs in steps():
        hidden = STEP[cell](layer, inputs, hidden)
        expected.append(hidden)
    outputs, after = layer(steps(), None, before)
    close(outputs, torch.stack(expected))
    close(after[0][0], expected[-1])
    weights = torch.randn(outputs.shape, dtype=torch.double)
    ours = torch.autograd.grad((outputs * weights).sum(), list(layer.parameters()))
    theirs = torch.autograd.grad((torch.stack(expected) * weights).sum(), list(layer.parameters()))
    for one, other in zip(ours, theirs, strict=True):
        close(one, other)


@pytest.mark.parametrize("cell", CELLS)
def test_the_state_is_the_one_after_each_rows_last_real_step(cell):
    layer, before = make(cell), state()
    padded, padding = steps(), torch.arange(NUM_STEPS).unsqueeze(1) >= LENGTHS
    outputs, (after,) = layer(padded.masked_fill(padding.unsqueeze(-1), 1e6), LENGTHS, before)
    assert outputs.isfinite().all()
    assert after.shape == (1, len(LENGTHS), UNITS)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = layer(padded[:length, row : row + 1], None, (before[0][:, row : row + 1],))
        close(after[0, row], alone.state[0][0, 0])
        close(outputs[:length, row], alone.outputs[:, 0])


@pytest.mark.parametrize("cell", CELLS)
def test_chunks_with_their_state_equal_the_whole(cell):
    layer = make(cell)
    whole, first = layer(steps()), layer(steps()[:4])
    second = layer(steps()[4:], None, first.state)
    close(whole.outputs, torch.cat((first.outputs, second.outputs)))
    close(whole.state[0], second.state[0])


@pytest.mark.parametrize("cell", CELLS)
def test_no_step_sees_the_future(cell):
    layer, changed = make(cell), steps()
    changed[5:] = steps(seed=2)[5:]
    before, after = layer(steps()).outputs, layer(changed).outputs
    assert torch.equal(before[:5], after[:5])
    assert not torch.equal(before[5:], after[5:])


@pytest.mark.parametrize("cell", CELLS)
def test_gates_that_vanish_leave_finite_values_and_gradients(cell):
    layer = own_layer(cell)(SIZE, UNITS, CellOptions())
    for bias in (-1e4, 1e4):
        torch.nn.init.constant_(layer.bias_ih, bias)
        given = steps().float().requires_grad_()
        outputs = layer(given).outputs
        outputs.sum().backward()
        assert outputs.isfinite().all()
        assert given.grad.isfinite().all()


@pytest.mark.parametrize("cell", CELLS)
def test_half_precision_inputs_keep_their_states_in_single(cell):
    layer = own_layer(cell)(SIZE, UNITS, CellOptions())
    with torch.autocast("cpu", torch.bfloat16):
        outputs, (after,) = layer(steps().float())
    assert outputs.dtype == after.dtype == torch.float32


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("cell", CELLS)
def test_weights_in_half_precision_hand_on_their_type_and_keep_states_in_single(cell, dtype):
    layer = own_layer(cell)(SIZE, UNITS, CellOptions()).to(dtype)
    outputs, (after,) = layer(steps().to(dtype))
    assert (outputs.dtype, after.dtype) == (dtype, torch.float32)
    torch.testing.assert_close(outputs[-1], after[0].to(dtype), rtol=0, atol=0)
    exact = layer.float()(steps().to(dtype).float()).outputs
    torch.testing.assert_close(outputs.float(), exact, rtol=0, atol=0.05)


def test_the_forget_bias_is_the_forget_gates_alone():
    biases = own_layer("minlstm")(SIZE, UNITS, CellOptions(forget_bias=2.0)).bias_ih.chunk(3)
    assert [bias.tolist() for bias in biases] == [[0] * UNITS, [2] * UNITS, [0] * UNITS]
    assert not own_layer("mingru")(SIZE, UNITS, CellOptions()).bias_ih.any()


def test_the_input_matrix_starts_by_name_gate_by_gate():
    for gate in make("minlstm", input_init="orthogonal_gates").weight_ih.chunk(3):
        torch.testing.assert_close(gate @ gate.T, torch.eye(UNITS).double(), rtol=0, atol=1e-5)


def test_there_is_no_recurrent_matrix():
    assert [name for name, _ in make("mingru").named_parameters()] == ["weight_ih", "bias_ih"]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"recurrent_dropout": 0.2}, "recurrent_dropout_kind=weight_drop .*has no recurrent matrix"),
        (
            {"recurrent_dropout": 0.2, "recurrent_dropout_kind": "variational"},
            "recurrent_dropout_kind=variational .*has no recurrent product",
        ),
        ({"zoneout": 0.1}, "zoneout=0.1 has no place: cell=min"),
        ({"peephole": True}, "peephole=True has no place: cell=min"),
        ({"projection_size": 4}, "projection_size=4 has no place: cell=min"),
        ({"recurrent_init": "identity"}, "recurrent_init=identity has no place: cell=min"),
    ],
)
def test_what_the_cells_have_no_place_for_is_refused(cell, options, message):
    with pytest.raises(ValueError, match=message):
        make(cell, **options)


def test_other_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r"cell=minrnn must be one of rnn, lstm, .*mingru, minlstm"):
        make_layer("minrnn", SIZE, UNITS, CellOptions())
    with pytest.raises(ValueError, match=r"forget_bias=2\.0 has no place: cell=mingru"):
        make("mingru", forget_bias=2.0)
    with pytest.raises(ValueError, match="hidden_size=0 must be a whole number >= 1"):
        own_layer("mingru")(SIZE, 0, CellOptions())

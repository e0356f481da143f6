"""Each cell that runs as a loop, and each of its options, against the paper's equations."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import sigmoid

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.base import Cell
from rnnlab.model.make_layer import own_layer

T, B, INPUTS, H = 6, 3, 4, 6


def gates_of(layer: Cell, names: str) -> Callable[[Tensor, Tensor], dict[str, Tensor]]:
    """W x + b + U h of each gate, from the rows of the stacked matrices."""

    def gates(x: Tensor, h: Tensor) -> dict[str, Tensor]:
        found = {}
        for number, name in enumerate(names):
            rows = slice(number * H, (number + 1) * H)
            found[name] = (
                x @ layer.weight_ih_l0[rows].T + layer.bias_ih_l0[rows] + h @ layer.weight_hh_l0[rows].T
            )
        return found

    return gates


def rnn(layer: Cell, x: Tensor, state: list[Tensor]) -> list[Tensor]:
    raw = gates_of(layer, "h")(x, state[0])["h"]
    return [raw.clamp(min=0) if layer.options.nonlinearity == "relu" else torch.tanh(raw)]


def gru(layer: Cell, x: Tensor, state: list[Tensor]) -> list[Tensor]:
    (h,) = state
    w, b, u, v = layer.weight_ih_l0, layer.bias_ih_l0, layer.weight_hh_l0, layer.bias_hh_l0
    r = sigmoid(x @ w[:H].T + b[:H] + h @ u[:H].T + v[:H])
    z = sigmoid(x @ w[H : 2 * H].T + b[H : 2 * H] + h @ u[H : 2 * H].T + v[H : 2 * H])
    n = torch.tanh(x @ w[2 * H :].T + b[2 * H :] + r * (h @ u[2 * H :].T + v[2 * H :]))
    return [(1 - z) * n + z * h]


def lstm(layer: Cell, x: Tensor, state: list[Tensor]) -> list[Tensor]:
    h, c = state
    gates = gates_of(layer, "fgo" if layer.options.coupled else "ifgo")(x, h)
    see = layer.peephole_l0 if layer.options.peephole else torch.zeros(3, H, dtype=x.dtype)
    f = sigmoid(gates["f"] + see[-2] * c)
    i = 1 - f if layer.options.coupled else sigmoid(gates["i"] + see[0] * c)
    new = f * c + i * torch.tanh(gates["g"])
    shown = sigmoid(gates["o"] + see[-1] * new) * torch.tanh(new)
    return [shown if layer.weight_hr_l0 is None else shown @ layer.weight_hr_l0.T, new]


def normalised(values: Tensor, gain: Tensor, bias: Tensor) -> Tensor:
    """Equation 4 of Ba et al. (2016)."""
    centred = values - values.mean(dim=-1, keepdim=True)
    deviation = (centred.square().mean(dim=-1, keepdim=True) + 1e-5).sqrt()
    return centred / deviation * gain + bias


def layernorm_lstm(layer: Cell, x: Tensor, state: list[Tensor]) -> list[Tensor]:
    h, c = state
    ahead = normalised(x @ layer.weight_ih_l0.T, layer.input_gain_l0, layer.bias_ih_l0)
    back = normalised(h @ layer.weight_hh_l0.T, layer.recurrent_gain_l0, layer.bias_hh_l0)
    i, f, g, o = (ahead + back).split(H, dim=1)
    new = sigmoid(f) * c + sigmoid(i) * torch.tanh(g)
    return [sigmoid(o) * torch.tanh(normalised(new, layer.memory_gain_l0, layer.memory_bias_l0)), new]


def mogrifier_lstm(layer: Cell, x: Tensor, state: list[Tensor]) -> list[Tensor]:
    h, c = state
    for number, matrix in enumerate(layer.gating_l0, start=1):
        if number % 2 == 1:
            x = 2 * sigmoid(h @ matrix.T) * x  # equation 1: odd rounds
        else:
            h = 2 * sigmoid(x @ matrix.T) * h  # equation 2: even rounds
    gates = gates_of(layer, "ifgo")(x, h)
    new = sigmoid(gates["f"]) * c + sigmoid(gates["i"]) * torch.tanh(gates["g"])
    return [sigmoid(gates["o"]) * torch.tanh(new), new]


def slstm(layer: Cell, x: Tensor, state: list[Tensor]) -> list[Tensor]:
    """Equations 8 to 14 of Beck et al. (2024) as they stand, without the stabiliser, whose log is 0 here."""
    h, c, n, _ = state
    heads, part = layer.options.heads, H // layer.options.heads
    matrix = torch.zeros(4, H, H, dtype=x.dtype)  # block-diagonal in each gate
    for head in range(heads):
        own = slice(head * part, (head + 1) * part)
        for gate in range(4):
            matrix[gate, own, own] = layer.weight_hh_heads_l0[head][gate * part : (gate + 1) * part]
    ahead = (x @ layer.weight_ih_l0.T + layer.bias_ih_l0).split(H, dim=1)
    i, f, z, o = (ahead[gate] + h @ matrix[gate].T for gate in range(4))
    new, norm = sigmoid(f) * c + i.exp() * torch.tanh(z), sigmoid(f) * n + i.exp()
    return [sigmoid(o) * new / norm, new, norm, torch.zeros_like(n)]


def indrnn(layer: Cell, x: Tensor, state: list[Tensor]) -> list[Tensor]:
    raw = x @ layer.weight_ih_l0.T + layer.bias_ih_l0 + layer.recurrent_l0 * state[0]
    return [raw.clamp(min=0)]


def cfc(layer: Cell, x: Tensor, state: list[Tensor]) -> list[Tensor]:
    """Hasani et al. (2022), equation 10, one unit of time after the step before."""
    gates = gates_of(layer, "gkab")(x, state[0])
    share = sigmoid(gates["a"] + gates["b"])
    return [(1 - share) * torch.tanh(gates["g"]) + share * torch.tanh(gates["k"])]


CELLS = (rnn, gru, lstm, layernorm_lstm, mogrifier_lstm, slstm, indrnn, cfc)
STEPS = {each.__name__: each for each in CELLS}
CASES: list[tuple[str, dict]] = [
    *[(cell, {}) for cell in STEPS],
    ("rnn", {"nonlinearity": "relu"}),
    ("lstm", {"peephole": True}),
    ("lstm", {"coupled": True}),
    ("lstm", {"peephole": True, "coupled": True}),
    ("lstm", {"projection_size": 2}),
    ("lstm", {"peephole": True, "projection_size": 2}),
    *[("mogrifier_lstm", {"rounds": rounds}) for rounds in (1, 2, 6)],
    *[("slstm", {"heads": heads}) for heads in (2, 3, 6)],
]


def make(cell: str, **options: object) -> Cell:
    torch.manual_seed(0)
    layer = own_layer(cell)(INPUTS, H, CellOptions(**options)).double()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    assert isinstance(layer, Cell)
    return layer


def reference(
    layer: Cell, steps: Tensor, state: list[Tensor], step: Callable[..., list[Tensor]]
) -> tuple[Tensor, list[Tensor]]:
    outputs = []
    for x in steps:
        state = step(x, state)
        outputs.append(state[0])
    return torch.stack(outputs), state


def compare(layer: Cell, steps: Tensor, state: list[Tensor], step: Callable[..., list[Tensor]]) -> None:
    """Outputs, last state and all gradients, at 1e-9."""
    start = tuple(part.unsqueeze(0) for part in state)
    torch.manual_seed(7)
    output = layer(steps, None, start)
    ours = [output.outputs, *(part[0] for part in output.state)]
    outputs, after = reference(layer, steps, state, step)
    theirs = [outputs, *after]
    if len(state) == 4:  # what an slstm stores is stabilised: exp(-m) c and exp(-m) n (equations 15 to 17)
        scale = ours[4].exp()
        ours = [ours[0], ours[1], ours[2] * scale, ours[3] * scale]
        theirs = theirs[:4]
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-9)
    wanted = [*layer.parameters(), steps, *state[: len(ours) - 1]]
    weights = [torch.randn_like(part) for part in ours]
    found = [
        torch.autograd.grad(
            sum((part * weight).sum() for part, weight in zip(parts, weights, strict=True)), wanted
        )
        for parts in (ours, theirs)
    ]
    torch.testing.assert_close(found[0], found[1], rtol=1e-9, atol=1e-9)


def inputs_and_state(layer: Cell) -> tuple[Tensor, list[Tensor]]:
    torch.manual_seed(1)
    steps = torch.randn(T, B, INPUTS, dtype=torch.double)
    state = [torch.rand(B, size, dtype=torch.double) for size in layer.state_sizes]
    if len(state) == 4:
        state[3].zero_()
    return steps.requires_grad_(), [part.requires_grad_() for part in state]


@pytest.mark.parametrize(("cell", "options"), CASES, ids=str)
def test_outputs_states_and_gradients_are_the_papers(cell, options):
    layer = make(cell, **options)
    compare(layer, *inputs_and_state(layer), lambda x, state: STEPS[cell](layer, x, state))


@pytest.mark.parametrize("cell", STEPS)
def test_variational_dropout_is_one_scaled_mask_a_row_on_the_state_before_the_recurrence(cell):
    layer = make(cell, recurrent_dropout=0.4, recurrent_dropout_kind="variational")
    steps, state = inputs_and_state(layer)
    torch.manual_seed(7)  # as `compare` has it
    mask = layer.mask(steps)

    def step(x: Tensor, before: list[Tensor]) -> list[Tensor]:
        after = STEPS[cell](layer, x, [before[0] * mask, *before[1:]])
        if cell == "gru":  # what its update gate carries over is not dropped
            w, b, u, v = (
                each[H : 2 * H]
                for each in (layer.weight_ih_l0, layer.bias_ih_l0, layer.weight_hh_l0, layer.bias_hh_l0)
            )
            z = sigmoid(x @ w.T + b + (before[0] * mask) @ u.T + v)
            after = [after[0] + z * (before[0] - before[0] * mask)]
        return after

    compare(layer, steps, state, step)


def test_the_mask_differs_by_row_and_keeps_the_expected_state():
    layer = make("lstm", recurrent_dropout=0.4, recurrent_dropout_kind="variational")
    mask = layer.mask(torch.zeros(2, 20_000, INPUTS))
    assert mask.unique().tolist() == pytest.approx([0, 1 / 0.6])
    assert mask.mean().item() == pytest.approx(1, abs=0.02)
    assert len(mask.unique(dim=0)) == 2**H
    assert layer.eval().mask(torch.zeros(2, 5, INPUTS)) is None


@pytest.mark.parametrize("cell", [cell for cell in STEPS if cell != "indrnn"])
def test_weight_drop_is_one_scaled_mask_on_the_recurrent_matrix_for_all_rows_and_steps(cell, monkeypatch):
    layer, dropped = make(cell, recurrent_dropout=0.4, recurrent_dropout_kind="weight_drop"), make(cell)
    steps, state = inputs_and_state(layer)
    start = tuple(part.unsqueeze(0) for part in state)
    torch.manual_seed(7)
    output = layer(steps, None, start)
    torch.manual_seed(7)
    matrix = layer.recurrent().detach()
    kept = matrix != 0
    assert 0.4 < kept.double().mean() < 0.8
    whole = dropped.recurrent().detach()
    torch.testing.assert_close(matrix[kept], whole[kept] / 0.6, rtol=1e-6, atol=0)
    monkeypatch.setattr(dropped, "recurrent", lambda: matrix)
    torch.testing.assert_close(output.outputs, dropped(steps, None, start).outputs, rtol=0, atol=1e-12)
    output.outputs.sum().backward()
    gradients = [p.grad for name, p in layer.named_parameters() if name.startswith("weight_hh")]
    assert sum((gradient == 0).sum() for gradient in gradients) == (~kept).sum()
    assert torch.equal(layer.eval().recurrent(), whole)


LSTMS = ("lstm", "layernorm_lstm", "mogrifier_lstm")


@pytest.mark.parametrize(
    ("cell", "memory"), [*[(cell, 0.0) for cell in STEPS], *[(cell, 0.3) for cell in LSTMS]]
)
@pytest.mark.parametrize("training", [True, False])
def test_zoneout_keeps_units_in_training_and_the_expected_share_in_evaluation(cell, memory, training):
    layer = make(cell, zoneout=0.4, memory_zoneout=memory).train(training)
    steps, state = inputs_and_state(layer)
    torch.manual_seed(7)
    keeps = [keep for keep in layer.keeps(steps) if keep is not None]
    shares = [[keep[t] for keep in keeps] for t in range(T)]
    for keep in keeps if training else []:
        assert set(keep.unique().tolist()) == {0.0, 1.0}
        assert not torch.equal(keep[0], keep[1])
    if not training:
        assert [keep.unique().tolist() for keep in keeps] == [[0.4], *[[0.3]] * (memory > 0)]
    times = iter(range(T))

    def step(x: Tensor, before: list[Tensor]) -> list[Tensor]:
        after, share = STEPS[cell](layer, x, before), shares[next(times)]
        zoned = [k * old + (1 - k) * new for k, old, new in zip(share, before, after, strict=False)]
        return [*zoned, *after[len(zoned) :]]

    compare(layer, steps, state, step)


def test_zoneout_draws_its_probability():
    layer = make("lstm", zoneout=0.1, memory_zoneout=0.7)
    hidden, memory = layer.keeps(torch.zeros(50, 40, INPUTS))
    assert hidden.mean().item() == pytest.approx(0.1, abs=0.02)
    assert memory.mean().item() == pytest.approx(0.7, abs=0.02)


def test_an_slstm_stands_input_gates_that_would_overflow_and_forgets_nothing_of_an_empty_state():
    layer = make("slstm").float()
    with torch.no_grad():
        layer.bias_ih_l0[:H] = 300.0  # exp(300) is no float
    steps = torch.randn(T, B, INPUTS, requires_grad=True)
    output = layer(steps)
    output.outputs.sum().backward()
    assert output.outputs.isfinite().all()
    assert steps.grad.isfinite().all()
    with torch.no_grad():
        layer.bias_ih_l0[:H] = -300.0  # as little is written: a ratio of memory and normaliser all the same
    torch.testing.assert_close(layer(steps).outputs[0], output.outputs[0])


def test_an_indrnn_starts_with_recurrent_weights_between_0_and_1():
    weights = own_layer("indrnn")(4, 2_000, CellOptions()).recurrent_l0
    assert 0 <= weights.min() < 0.01
    assert 0.99 < weights.max() < 1
    assert weights.mean().item() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    ("cell", "gate"), [("lstm", 1), ("layernorm_lstm", 1), ("mogrifier_lstm", 1), ("slstm", 1)]
)
def test_the_forget_gate_starts_at_its_bias_and_all_else_at_0(cell, gate):
    bias = own_layer(cell)(INPUTS, H, CellOptions(forget_bias=2.0)).bias_ih_l0.view(4, H)
    assert (bias[gate] == 2).all()
    assert bias.abs().sum() == 2 * H
    assert (
        own_layer("lstm")(INPUTS, H, CellOptions(coupled=True)).bias_ih_l0.tolist()
        == [1.0] * H + [0.0] * 2 * H
    )


def test_each_head_of_an_slstm_starts_orthogonal():
    layer = own_layer("slstm")(INPUTS, 8, CellOptions(heads=2))
    assert len(layer.weight_hh_heads_l0) == 2
    for head in layer.weight_hh_heads_l0:
        torch.testing.assert_close(head.T @ head, torch.eye(4))

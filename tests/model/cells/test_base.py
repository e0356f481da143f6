"""Layers that run as a loop: what all of them promise, whatever the cell."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells import base
from rnnlab.model.cells.base import Cell
from rnnlab.model.layer import LayerOutput
from rnnlab.model.make_layer import own_layer
from rnnlab.model.scripted_steps import python_loop

T, B, INPUTS, H = 7, 4, 5, 6
LENGTHS = torch.tensor([7, 1, 4, 6])
VARIATIONAL = {"recurrent_dropout": 0.3, "recurrent_dropout_kind": "variational"}
WEIGHT_DROP = {"recurrent_dropout": 0.3, "recurrent_dropout_kind": "weight_drop"}
LOOPS = ("rnn", "lstm", "gru", "layernorm_lstm", "mogrifier_lstm", "slstm", "indrnn", "cfc")
CASES: list[tuple[str, dict]] = [
    *[(cell, {}) for cell in LOOPS],
    *[(cell, {"zoneout": 0.2}) for cell in LOOPS],
    *[(cell, VARIATIONAL) for cell in LOOPS],
    *[(cell, WEIGHT_DROP) for cell in LOOPS if cell != "indrnn"],
    *[(cell, {"memory_zoneout": 0.2}) for cell in ("lstm", "layernorm_lstm", "mogrifier_lstm")],
    ("lstm", {"peephole": True, "coupled": True, "projection_size": 3}),
    ("slstm", {"heads": 3}),
]


def name_of(value: object) -> str:
    return value if isinstance(value, str) else ",".join(str(value[name]) for name in value) or "plain"


every_case = pytest.mark.parametrize(("cell", "options"), CASES, ids=name_of)


def make(cell: str, options: dict, seed: int = 0) -> Cell:
    """A layer in evaluation whose weights are nowhere at a special value."""
    torch.manual_seed(seed)
    layer = own_layer(cell)(INPUTS, H, CellOptions(**options)).double().eval()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    assert isinstance(layer, Cell)
    return layer


def steps(seed: int = 1) -> Tensor:
    return torch.randn(T, B, INPUTS, dtype=torch.double, generator=torch.Generator().manual_seed(seed))


def equal(ours: LayerOutput, theirs: LayerOutput) -> None:
    torch.testing.assert_close(ours.outputs, theirs.outputs, rtol=0, atol=1e-12)
    torch.testing.assert_close(ours.state, theirs.state, rtol=0, atol=1e-12)


@every_case
def test_sizes_are_those_that_the_layer_states(cell, options):
    layer = make(cell, options)
    output = layer(steps(), LENGTHS)
    assert output.outputs.shape == (T, B, layer.output_size)
    assert [part.shape for part in output.state] == [(1, B, size) for size in layer.state_sizes]


@every_case
def test_rows_of_uneven_length_equal_rows_alone_with_their_states(cell, options):
    layer, inputs = make(cell, options), steps()
    before = layer(steps(seed=2)).state
    output = layer(inputs, LENGTHS, before)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = layer(inputs[:length, row : row + 1], None, tuple(part[:, row : row + 1] for part in before))
        shown = tuple(part[:, row : row + 1] for part in output.state)
        equal(LayerOutput(output.outputs[:length, row : row + 1], shown), alone)


@every_case
def test_chunks_that_hand_on_their_state_equal_the_whole(cell, options):
    layer, inputs = make(cell, options), steps()
    first = layer(inputs[:3])
    second = layer(inputs[3:], None, first.state)
    equal(LayerOutput(torch.cat((first.outputs, second.outputs)), second.state), layer(inputs))


@every_case
def test_zeros_are_the_empty_state(cell, options):
    layer = make(cell, options)
    empty = tuple(torch.zeros(1, B, size, dtype=torch.double) for size in layer.state_sizes)
    equal(layer(steps(), None, empty), layer(steps()))


@every_case
def test_the_compiled_loop_equals_the_python_that_it_was_made_of(cell, options, monkeypatch):
    def run() -> list[Tensor]:
        layer = make(cell, options).train()
        inputs = steps().requires_grad_()
        torch.manual_seed(3)
        output = layer(inputs, LENGTHS)
        sum(part.square().sum() for part in (output.outputs, *output.state)).backward()
        return [output.outputs, *output.state, inputs.grad, *(each.grad for each in layer.parameters())]

    compiled = run()
    monkeypatch.setattr(base, "scripted_loop", python_loop)
    torch.testing.assert_close(compiled, run(), rtol=0, atol=1e-12)


@every_case
def test_evaluation_draws_no_random_numbers_and_training_draws_what_the_seed_says(cell, options):
    layer = make(cell, options)
    torch.manual_seed(4)
    before = torch.get_rng_state()
    equal(layer(steps()), layer(steps()))
    assert torch.equal(torch.get_rng_state(), before)
    layer.train()
    first = layer(steps()).outputs
    assert torch.equal(torch.get_rng_state(), before) == (options in ({}, *[case[1] for case in CASES[-2:]]))
    torch.set_rng_state(before)
    assert torch.equal(layer(steps()).outputs, first)


@every_case
def test_copies_and_loaded_weights_say_the_same(cell, options, tmp_path):
    layer, other = make(cell, options), make(cell, options, seed=9)
    expected = layer(steps())
    twin = copy.deepcopy(layer)
    equal(twin(steps()), expected)
    torch.save(layer.state_dict(), tmp_path / "weights.ckpt")
    assert not torch.equal(other(steps()).outputs, expected.outputs)
    other.load_state_dict(torch.load(tmp_path / "weights.ckpt", weights_only=True))
    equal(other(steps()), expected)


@every_case
def test_lower_precision_trains(cell, options):
    layer = make(cell, options).float().train()
    with torch.autocast("cpu", torch.bfloat16):
        state = layer(steps().float()).state
        output = layer(steps().float(), LENGTHS, state)
    output.outputs.float().sum().backward()
    assert all(parameter.grad.isfinite().all() for parameter in layer.parameters())
    whole = layer.eval()(steps().float()).outputs
    with torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(layer(steps().float()).outputs.float(), whole, rtol=0.1, atol=0.1)


@every_case
def test_gradients_are_those_of_finite_differences(cell, options):
    layer = make(cell, options)
    names = [name for name, _ in layer.named_parameters()]
    state = tuple(part.detach()[:, :2] for part in layer(steps(seed=2)).state)

    def run(inputs: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        weights = dict(zip(names, rest[len(state) :], strict=True))
        output = torch.func.functional_call(
            layer, weights, (inputs, LENGTHS[:2].clamp(max=4), rest[: len(state)])
        )
        return output.outputs, *output.state

    inputs = [steps()[:4, :2], *state, *(parameter.detach() for parameter in layer.parameters())]
    assert torch.autograd.gradcheck(run, [each.clone().requires_grad_() for each in inputs], fast_mode=True)


@every_case
def test_no_gradient_of_a_step_has_the_size_of_all_steps(cell, options):
    output = make(cell, options).train()(steps().requires_grad_())
    seen, todo = set(), [output.outputs.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.add(node)
            todo += [after for after, _ in node.next_functions]
    assert not [node for node in seen if node.name() == "SelectBackward0"]


TORCH: dict[str, Callable[..., nn.RNNBase]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


@pytest.mark.parametrize("cell", TORCH)
def test_without_options_a_fused_cell_as_a_loop_equals_torch_with_its_gradients(cell):
    layer, theirs = make(cell, {}), TORCH[cell](INPUTS, H).double()
    with torch.no_grad():
        nn.init.zeros_(theirs.bias_hh_l0)
        for name, parameter in layer.named_parameters():
            getattr(theirs, name).copy_(parameter)
    before = tuple(part.detach() for part in layer(steps(seed=2)).state)
    ours, twin = steps().requires_grad_(), steps().requires_grad_()
    output = layer(ours, None, before)
    expected, after = theirs(twin, before if cell == "lstm" else before[0])
    equal(output, LayerOutput(expected, after if cell == "lstm" else (after,)))
    output.outputs.square().sum().backward()
    expected.square().sum().backward()
    torch.testing.assert_close(ours.grad, twin.grad, rtol=1e-9, atol=1e-12)
    for name, parameter in layer.named_parameters():
        torch.testing.assert_close(parameter.grad, getattr(theirs, name).grad, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("cell", "options", "message"),
    [
        ("indrnn", WEIGHT_DROP, r"recurrent_dropout_kind=weight_drop .*cell=indrnn has no recurrent matrix"),
        ("gru", {"peephole": True}, "peephole=True has no place: cell=gru has no such part, only lstm"),
        ("rnn", {"memory_zoneout": 0.1}, "memory_zoneout=0.1 has no place: cell=rnn has no such part"),
        ("slstm", {"memory_zoneout": 0.1}, "memory_zoneout=0.1 has no place: cell=slstm"),
        ("lstm", {"heads": 2}, "heads=2 has no place: cell=lstm has no such part, only slstm"),
        ("mogrifier_lstm", {"projection_size": 2}, "projection_size=2 has no place: cell=mogrifier_lstm"),
        ("slstm", {"heads": 4}, "heads=4 must divide hidden_size=6: choose 3 or 6"),
    ],
)
def test_an_option_without_a_place_is_refused(cell, options, message):
    with pytest.raises(ValueError, match=message):
        own_layer(cell)(INPUTS, H, CellOptions(**options))

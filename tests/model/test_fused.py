"""The fused layers against the papers' equations, one step at a time, and the weights that are dropped."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.dropout import drop_entries
from rnnlab.model.fused import RECURRENT, dropped_weights, make_fused
from rnnlab.model.layer import Layer, State

NUM_STEPS, INPUT_SIZE, HIDDEN_SIZE = 7, 4, 5
LENGTHS = torch.tensor([3, 7, 1])
Weights = list[Tensor]
Step = Callable[[Weights, Tensor, State], State]


def rnn(squash: Callable[[Tensor], Tensor]) -> Step:
    """h' = f(W x + b + U h + c)."""

    def step(weights: Weights, inputs: Tensor, state: State) -> State:
        w, u, b, c = weights
        return (squash(inputs @ w.t() + b + state[0] @ u.t() + c),)

    return step


def lstm(weights: Weights, inputs: Tensor, state: State) -> State:
    """i, f, o = sigmoid(...), g = tanh(...); c' = f c + i g; h' = o tanh(c'), projected where R is there."""
    w, u, b, c, *projection = weights
    hidden, memory = state
    i, f, g, o = (inputs @ w.t() + b + hidden @ u.t() + c).chunk(4, dim=1)
    memory = torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g)
    hidden = torch.sigmoid(o) * torch.tanh(memory)
    return (hidden @ projection[0].t() if projection else hidden), memory


def gru(weights: Weights, inputs: Tensor, state: State) -> State:
    """r, z = sigmoid(...); n = tanh(W_n x + b + r (U_n h + c)); h' = z h + (1 - z) n."""
    w, u, b, c = weights
    (hidden,) = state
    r, z, n = (inputs @ w.t() + b).chunk(3, dim=1)
    r_h, z_h, n_h = (hidden @ u.t() + c).chunk(3, dim=1)
    z = torch.sigmoid(z + z_h)
    return (z * hidden + (1 - z) * torch.tanh(n + torch.sigmoid(r + r_h) * n_h),)


CELLS: dict[str, tuple[str, dict[str, object], Step]] = {
    "rnn tanh": ("rnn", {}, rnn(torch.tanh)),
    "rnn relu": ("rnn", {"nonlinearity": "relu", "recurrent_init": "identity"}, rnn(torch.relu)),
    "lstm": ("lstm", {}, lstm),
    "lstm projection": ("lstm", {"projection_size": 3}, lstm),
    "gru": ("gru", {}, gru),
}
TORCH = {
    "rnn tanh": lambda: nn.RNN(INPUT_SIZE, HIDDEN_SIZE),
    "rnn relu": lambda: nn.RNN(INPUT_SIZE, HIDDEN_SIZE, nonlinearity="relu"),
    "lstm": lambda: nn.LSTM(INPUT_SIZE, HIDDEN_SIZE),
    "lstm projection": lambda: nn.LSTM(INPUT_SIZE, HIDDEN_SIZE, proj_size=3),
    "gru": lambda: nn.GRU(INPUT_SIZE, HIDDEN_SIZE),
}


def make(name: str, drop: float = 0.0) -> Layer:
    """A layer in float64, every weight away from its start: biases of 0 would hide a mistake."""
    torch.manual_seed(0)
    cell, settings, _ = CELLS[name]
    layer = make_fused(
        cell, INPUT_SIZE, HIDDEN_SIZE, CellOptions(recurrent_dropout=drop, **settings)
    ).double()
    for parameter in layer.parameters():
        parameter.data.add_(torch.randn_like(parameter), alpha=0.2)
    return layer


def steps(seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(NUM_STEPS, len(LENGTHS), INPUT_SIZE, dtype=torch.double, generator=generator)


def some_state(layer: Layer) -> State:
    generator = torch.Generator().manual_seed(2)
    return tuple(
        torch.randn(1, len(LENGTHS), size, dtype=torch.double, generator=generator)
        for size in layer.state_sizes
    )


def weights_of(layer: nn.Module) -> Weights:
    return list(layer.parameters())


def run_slowly(step: Step, weights: Weights, inputs: Tensor, state: State) -> tuple[Tensor, State]:
    """Outputs (T, B, O) and each part of the state (T, B, F), after every step."""
    seen, now = [], tuple(part[0] for part in state)
    for vector in inputs:
        now = step(weights, vector, now)
        seen.append(now)
    parts = tuple(torch.stack(each) for each in zip(*seen, strict=True))
    return parts[0], parts


def close(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", CELLS)
def test_outputs_and_state_are_those_of_the_equations(name):
    layer = make(name)
    for state in (None, some_state(layer)):
        start = some_state(layer) if state else tuple(torch.zeros_like(part) for part in some_state(layer))
        outputs, parts = run_slowly(CELLS[name][2], weights_of(layer), steps(), start)
        result = layer(steps(), None, state)
        close(result.outputs, outputs)
        for part, expected in zip(result.state, parts, strict=True):
            close(part[0], expected[-1])


@pytest.mark.parametrize("name", CELLS)
def test_gradients_are_those_of_the_equations(name):
    layer, inputs = make(name), steps().requires_grad_()
    state = tuple(part.requires_grad_() for part in some_state(layer))
    leaves = [inputs, *state, *weights_of(layer)]
    result = layer(inputs, None, state)
    ours = torch.autograd.grad(result.outputs.square().sum() + result.state[-1].sum(), leaves)
    outputs, parts = run_slowly(CELLS[name][2], weights_of(layer), inputs, state)
    theirs = torch.autograd.grad(outputs.square().sum() + parts[-1][-1].sum(), leaves)
    for one, other in zip(ours, theirs, strict=True):
        close(one, other)


@pytest.mark.parametrize("name", CELLS)
def test_uneven_rows_with_a_state_end_where_the_equations_end(name):
    layer = make(name)
    result = layer(steps(), LENGTHS, some_state(layer))
    outputs, parts = run_slowly(CELLS[name][2], weights_of(layer), steps(), some_state(layer))
    assert result.outputs.shape == outputs.shape
    assert result.outputs.isfinite().all()
    for row, length in enumerate(LENGTHS.tolist()):
        close(result.outputs[:length, row], outputs[:length, row])
        for part, expected in zip(result.state, parts, strict=True):
            close(part[0, row], expected[length - 1, row])


@pytest.mark.parametrize("name", CELLS)
def test_only_an_lstm_over_uneven_rows_without_a_state_gives_none(name):
    layer = make(name)
    without, empty = layer(steps(), LENGTHS), tuple(torch.zeros_like(part) for part in some_state(layer))
    assert (without.state is None) == name.startswith("lstm")
    with_state = layer(steps(), LENGTHS, empty)
    for row, length in enumerate(LENGTHS.tolist()):
        close(without.outputs[:length, row], with_state.outputs[:length, row])


@pytest.mark.parametrize("name", CELLS)
def test_a_layer_loads_torchs_weights_and_says_what_torch_says(name):
    twin, layer = TORCH[name]().double(), make(name)
    assert list(layer.state_dict()) == list(twin.state_dict())
    layer.load_state_dict(twin.state_dict())
    expected, after = twin(steps())
    close(layer(steps()).outputs, expected)  # with a backward pass of its own, within rounding
    with torch.no_grad():
        result = layer(steps())
    assert torch.equal(result.outputs, expected)
    for part, other in zip(result.state, after if isinstance(after, tuple) else (after,), strict=True):
        assert torch.equal(part, other)


@pytest.mark.parametrize(("name", "output_size", "state_sizes"), [
    ("rnn relu", 5, (5,)), ("lstm", 5, (5, 5)), ("lstm projection", 3, (3, 5)), ("gru", 5, (5,)),
])  # fmt: skip
def test_sizes_tell_what_comes_out(name, output_size, state_sizes):
    layer = make(name)
    result = layer(steps())
    assert (layer.input_size, layer.hidden_size) == (INPUT_SIZE, HIDDEN_SIZE)
    assert layer.output_size == output_size == result.outputs.shape[2]
    assert layer.state_sizes == state_sizes == tuple(part.shape[2] for part in result.state)


@pytest.mark.parametrize("name", CELLS)
def test_one_dropped_matrix_serves_all_steps_and_rows_of_a_call(name):
    layer = make(name, drop=0.4)
    torch.manual_seed(3)
    result = layer(steps(), None, some_state(layer))
    torch.manual_seed(3)
    weights = weights_of(layer)
    weights[RECURRENT] = drop_entries(weights[RECURRENT], 0.4)
    assert (weights[RECURRENT] == 0).any()
    outputs, parts = run_slowly(CELLS[name][2], weights, steps(), some_state(layer))
    close(result.outputs, outputs)
    close(result.state[-1][0], parts[-1][-1])


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("given", [False, True])
def test_uneven_rows_are_read_through_the_dropped_matrix_too(name, given):
    layer = make(name, drop=0.4)
    state = some_state(layer) if given else None
    torch.manual_seed(3)
    full = layer(steps(), None, state).outputs
    torch.manual_seed(3)
    uneven = layer(steps(), LENGTHS, state).outputs
    for row, length in enumerate(LENGTHS.tolist()):
        close(uneven[:length, row], full[:length, row])


def test_each_call_in_training_draws_anew_and_evaluation_drops_nothing():
    layer, plain = make("lstm", drop=0.4), make("lstm")
    before = layer.weight_hh_l0.detach().clone()
    first, second = layer(steps()).outputs, layer(steps()).outputs
    assert not torch.allclose(first, second)
    assert torch.equal(layer.weight_hh_l0, before), "the parameter itself was written to"
    layer.eval()
    drawn = torch.get_rng_state()
    assert torch.equal(layer(steps()).outputs, plain(steps()).outputs)
    assert torch.equal(torch.get_rng_state(), drawn), "evaluation drew a mask"


def test_without_weight_drop_training_draws_nothing():
    layer = make("gru")
    drawn = torch.get_rng_state()
    layer(steps())
    assert torch.equal(torch.get_rng_state(), drawn)


@pytest.mark.parametrize("name", CELLS)
def test_dropped_entries_get_no_gradient_and_the_others_that_of_the_scaled_matrix(name):
    layer = make(name, drop=0.4)
    torch.manual_seed(3)
    layer(steps(), None, some_state(layer)).outputs.square().sum().backward()
    torch.manual_seed(3)
    mask = drop_entries(torch.ones_like(layer.weight_hh_l0), 0.4)
    weights = [weight.detach().clone().requires_grad_() for weight in weights_of(layer)]
    weights[RECURRENT].data.mul_(mask)
    run_slowly(CELLS[name][2], weights, steps(), some_state(layer))[0].square().sum().backward()
    close(layer.weight_hh_l0.grad, weights[RECURRENT].grad * mask)
    close(layer.weight_ih_l0.grad, weights[0].grad)
    assert not layer.weight_hh_l0.grad[mask == 0].any()
    assert layer.weight_hh_l0.grad[mask != 0].any()


def test_gradients_through_a_dropped_matrix_are_those_of_finite_differences():
    layer = make("lstm", drop=0.4)
    names = [name for name, _ in layer.named_parameters()]

    def run(inputs: Tensor, *weights: Tensor) -> Tensor:
        torch.manual_seed(3)
        return torch.func.functional_call(layer, dict(zip(names, weights, strict=True)), (inputs,)).outputs

    weights = [parameter.detach().clone().requires_grad_() for parameter in layer.parameters()]
    assert torch.autograd.gradcheck(run, (steps()[:3].requires_grad_(), *weights), fast_mode=True)


def test_a_call_that_fails_leaves_the_layers_own_weights():
    layer = make("lstm", drop=0.4)
    with pytest.raises(RuntimeError):
        layer(steps()[..., :2])
    assert all(one is other for one, other in zip(layer._flat_weights, layer.parameters(), strict=True))


@pytest.mark.parametrize("name", CELLS)
def test_views_of_one_buffer_hold_the_same_weights_and_pass_the_same_gradients(name):
    layer = make(name)
    torch.manual_seed(3)
    apart = dropped_weights(weights_of(layer), 0.4, flat=False)
    torch.manual_seed(3)
    views = dropped_weights(weights_of(layer), 0.4, flat=True)
    assert all(torch.equal(one, other) for one, other in zip(apart, views, strict=True))
    assert len({view.untyped_storage().data_ptr() for view in views}) == 1
    total = sum(weight.numel() for weight in layer.parameters())
    assert views[0].untyped_storage().nbytes() == total * views[0].element_size()
    offsets = torch.tensor([0, *(view.numel() for view in views[:-1])]).cumsum(0).tolist()
    assert [view.storage_offset() for view in views] == offsets, "not one after the other"
    assert all(view.is_contiguous() for view in views)
    gradients = [
        torch.autograd.grad(sum(weight.square().sum() for weight in weights), weights_of(layer))
        for weights in (apart, views)
    ]
    for one, other in zip(*gradients, strict=True):
        assert torch.equal(one, other)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("name", CELLS)
def test_cudnn_takes_the_dropped_weights_without_packing_them_anew(name):
    layer = make(name, drop=0.4).float().cuda()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # torch warns of weights that are not one chunk of memory
        layer(steps().float().cuda()).outputs.sum().backward()


@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="torch without oneDNN")
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_an_lstm_with_weight_drop_stays_on_the_fast_path(lengths):
    layer = make("lstm", drop=0.4).float()
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        layer(steps().float(), lengths).outputs.sum().backward()
    operations = {event.key: event.count for event in seen.key_averages()}
    assert operations["aten::mkldnn_rnn_layer"] == 1
    assert operations["aten::mkldnn_rnn_layer_backward"] == 1
    assert "aten::_pack_padded_sequence" not in operations


@pytest.mark.parametrize(("cell", "settings", "message"), [
    ("gru", {"projection_size": 3}, "projection_size=3 has no place: cell=gru has no such part, only lstm"),
    ("rnn", {"forget_bias": 2.0}, "forget_bias=2.0 has no place: cell=rnn has no such part, only lstm"),
    ("lstm", {"nonlinearity": "relu"}, "nonlinearity=relu has no place: cell=lstm has no such part"),
])  # fmt: skip
def test_options_without_a_place_are_named(cell, settings, message):
    with pytest.raises(ValueError, match=message):
        make_fused(cell, INPUT_SIZE, HIDDEN_SIZE, CellOptions(**settings))

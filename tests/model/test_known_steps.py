"""The GRU and the RNN whose backward pass is ours, against torch's own layers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.fused import make_fused
from rnnlab.model.known_steps import fits_known_steps, known_steps

NUM_STEPS, ROWS, INPUT_SIZE, HIDDEN_SIZE = 9, 5, 13, 37  # no multiples of a vector's numbers
LAYERS = {
    "GRU": lambda: nn.GRU(INPUT_SIZE, HIDDEN_SIZE),
    "RNN_TANH": lambda: nn.RNN(INPUT_SIZE, HIDDEN_SIZE),
    "RNN_RELU": lambda: nn.RNN(INPUT_SIZE, HIDDEN_SIZE, nonlinearity="relu"),
}


def make(mode: str, dtype: torch.dtype) -> tuple[nn.RNNBase, Tensor, Tensor]:
    """Return torch's layer, steps and a first state, all of which want gradients."""
    torch.manual_seed(0)
    layer = LAYERS[mode]().to(dtype)
    steps = torch.randn(NUM_STEPS, ROWS, INPUT_SIZE, dtype=dtype, requires_grad=True)
    return layer, steps, torch.randn(ROWS, HIDDEN_SIZE, dtype=dtype, requires_grad=True)


def gradients(outputs: Tensor, sources: list[Tensor]) -> tuple[Tensor, ...]:
    weight = torch.linspace(-1, 1, outputs.numel(), dtype=outputs.dtype).view_as(outputs)
    return torch.autograd.grad((outputs * weight).sum(), sources)


@pytest.mark.parametrize("mode", LAYERS)
@pytest.mark.parametrize("length", [NUM_STEPS, 1])
def test_states_and_gradients_are_torchs_within_rounding(mode, length):
    for dtype, near in ((torch.float64, 1e-12), (torch.float32, 1e-5)):
        layer, steps, start = make(mode, dtype)
        steps = steps[:length].detach().requires_grad_()
        weights = list(layer.parameters())
        theirs, _ = layer(steps, start.unsqueeze(0))
        ours = known_steps(mode, steps, start, weights)
        torch.testing.assert_close(ours, theirs, rtol=0, atol=near / 10)
        sources = [steps, start, *weights]
        for own, other in zip(gradients(ours, sources), gradients(theirs, sources), strict=True):
            torch.testing.assert_close(own, other, rtol=near, atol=near)


@pytest.mark.parametrize("mode", LAYERS)
def test_the_gradient_is_that_of_small_changes(mode):
    layer, steps, start = make(mode, torch.float64)
    weights = [weight.detach().requires_grad_() for weight in layer.parameters()]
    run = lambda steps, start, *weights: known_steps(mode, steps, start, list(weights))  # noqa: E731
    assert torch.autograd.gradcheck(run, (steps[:3, :2, :].detach().requires_grad_(), start[:2], *weights))


@pytest.mark.parametrize("mode", LAYERS)
def test_what_wants_no_gradient_gets_none_and_an_empty_state_is_zeros(mode):
    layer, steps, _ = make(mode, torch.float64)
    weights = list(layer.parameters())
    weights[1].requires_grad_(False)
    outputs = known_steps(mode, steps.detach(), None, weights)
    torch.testing.assert_close(outputs, layer(steps)[0])
    found = torch.autograd.grad(outputs.sum(), weights[::2] + weights[3:])
    assert all(bool(each.any()) for each in found)
    assert torch.autograd.grad(layer(steps)[0].sum(), weights[3])[0].allclose(found[-1])


@pytest.mark.parametrize("mode", LAYERS)
def test_a_step_back_takes_a_product_and_the_matrix_one_for_all_steps(mode):
    layer, steps, _ = make(mode, torch.float32)
    outputs = known_steps(mode, steps, None, list(layer.parameters()))
    with torch.profiler.profile() as profile:
        outputs.sum().backward()
    counts = {event.key: event.count for event in profile.key_averages()}
    found = sum(counts.get(name, 0) for name in ("aten::mm", "aten::addmm", "aten::addmm_"))
    assert found == NUM_STEPS - 1 + 2 + 2  # back; the recurrent matrix and its first step; the inputs' two


def test_only_passes_that_need_gradients_on_a_cpu_take_it():
    layer, steps, _ = make("GRU", torch.float32)
    weights = list(layer.parameters())
    assert fits_known_steps("GRU", steps, weights)
    assert not fits_known_steps("LSTM", steps, weights)
    assert not fits_known_steps("GRU", pack_padded_sequence(steps, torch.tensor([9, 3, 2, 1, 1])), weights)
    assert not fits_known_steps("GRU", steps.to("meta"), weights)
    assert not fits_known_steps("GRU", steps.bfloat16(), weights)
    frozen = [weight.detach() for weight in weights]
    assert not fits_known_steps("GRU", steps.detach(), frozen)
    assert fits_known_steps("GRU", steps, frozen)
    with torch.no_grad():
        assert not fits_known_steps("GRU", steps, weights)
    with torch.autocast("cpu", torch.bfloat16):
        assert not fits_known_steps("GRU", steps, weights)


@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_a_layer_trains_and_evaluates_alike_to_the_last_bit(cell):
    torch.manual_seed(0)
    layer = make_fused(cell, INPUT_SIZE, 64, CellOptions())  # whole vectors of any processor
    steps, state = torch.randn(NUM_STEPS, ROWS, INPUT_SIZE), (torch.randn(1, ROWS, 64),)
    for given in (None, state):
        trained = layer(steps, None, given)
        with torch.no_grad():
            evaluated = layer(steps, None, given)
        assert torch.equal(trained.outputs, evaluated.outputs)
        assert torch.equal(trained.state[0], evaluated.state[0])
        assert trained.outputs.grad_fn is not None

"""Two passes at once give what they give one after the other, to the last bit, and leave nothing behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn

from rnnlab.model import side_by_side as module
from rnnlab.model.cell_options import CellOptions
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.side_by_side import at_once, fits_side_by_side, side_by_side

LENGTHS = torch.tensor([4, 9, 1, 6])


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def make(cell: str = "lstm", num_layers: int = 2, **more) -> RecurrentEncoder:
    torch.manual_seed(0)
    return RecurrentEncoder(cell, 5, 3, num_layers, bidirectional=True, **more)


def inputs() -> Tensor:
    return torch.randn(4, 9, 5, generator=torch.Generator().manual_seed(1))


def learned(encoder: RecurrentEncoder, leaf: Tensor, autocast: bool = False) -> list[Tensor]:
    """Outputs, and the gradients of all that wants some."""
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        encoded = encoder(leaf, LENGTHS)
    wanting = [tensor for tensor in (leaf, *encoder.parameters()) if tensor.requires_grad]
    loss = encoded.outputs.float().square().sum() + encoded.final.float().sum()
    return [encoded.outputs, encoded.final, *torch.autograd.grad(loss, wanting)]


def assert_equal(ours: list[Tensor], theirs: list[Tensor]) -> None:
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("autocast", [False, True])
@pytest.mark.parametrize("wanted", ["all", "weights", "steps", "one direction"])
def test_outputs_and_gradients_are_those_of_one_thread_that_does_all(cell, autocast, wanted):
    encoder, leaf = make(cell), inputs().requires_grad_(wanted in ("all", "steps"))
    for name, parameter in encoder.named_parameters():
        parameter.requires_grad_(wanted != "steps" and not (wanted == "one direction" and "back" in name))
    ours = learned(encoder, leaf, autocast)
    torch.set_num_threads(1)
    assert_equal(ours, learned(encoder, leaf, autocast))


def test_no_graph_is_kept_where_none_is_wanted():
    encoder = make().eval()
    with torch.inference_mode():
        ours = encoder(inputs(), LENGTHS).outputs
    with torch.no_grad():
        again = encoder(inputs(), LENGTHS).outputs
    assert ours.is_inference()
    assert not again.is_inference()
    assert not again.requires_grad
    torch.set_num_threads(1)
    assert_equal([ours, again], [encoder(inputs(), LENGTHS).outputs.detach()] * 2)


def test_a_graph_serves_as_often_as_the_backward_retains_it():
    encoder = make()
    total = encoder(inputs(), LENGTHS).outputs.sum()
    first = torch.autograd.grad(total, list(encoder.parameters()), retain_graph=True)
    second = torch.autograd.grad(total, list(encoder.parameters()))
    assert_equal(list(first), list(second))
    with pytest.raises(RuntimeError, match="second time"):
        torch.autograd.grad(total, list(encoder.parameters()))


def test_a_gradient_of_a_gradient_is_refused():
    leaf = inputs().requires_grad_()
    (slope,) = torch.autograd.grad(make()(leaf, LENGTHS).outputs.sum(), leaf, create_graph=True)
    with pytest.raises(RuntimeError, match=r"once_differentiable|does not require grad"):
        slope.sum().backward()


def test_what_draws_random_numbers_runs_in_one_order(monkeypatch):
    options = CellOptions(recurrent_dropout=0.5, recurrent_dropout_kind="weight_drop")
    dropping, taken = make(num_layers=1, options=options), []
    monkeypatch.setattr(module, "side_by_side", lambda *given: taken.append(1) or side_by_side(*given))
    dropping(inputs(), LENGTHS)
    assert not taken
    dropping.eval()(inputs(), LENGTHS)
    make("indrnn")(inputs(), LENGTHS)
    assert len(taken) == 1
    make()(inputs(), LENGTHS)
    assert len(taken) == 3


def test_one_thread_another_device_or_a_tracer_has_no_use_for_it():
    steps = inputs()
    assert fits_side_by_side(steps)
    assert not fits_side_by_side(steps.to("meta"))
    traced = []
    torch.jit.trace(lambda x: traced.append(fits_side_by_side(x)) or x + 1, steps, check_trace=False)
    assert not any(traced)
    torch.set_num_threads(1)
    assert not fits_side_by_side(steps)


@pytest.mark.parametrize("broken", ["first", "second"])
def test_an_error_of_either_pass_is_raised_and_the_threads_are_given_back(broken):
    def breaks(steps: Tensor) -> Tensor:
        raise ZeroDivisionError(broken)

    layer = nn.Linear(5, 3)
    passes = (breaks, layer) if broken == "first" else (layer, breaks)
    with pytest.raises(ZeroDivisionError, match=broken):
        side_by_side(*passes, inputs(), (layer.parameters(), layer.parameters()))
    assert torch.get_num_threads() == 2
    assert_equal(list(side_by_side(layer, layer, inputs(), ([], []))), [layer(inputs())] * 2)


def test_each_pass_has_half_of_the_threads():
    torch.set_num_threads(5)
    assert at_once(torch.get_num_threads, torch.get_num_threads) == (2, 2)
    assert torch.get_num_threads() == 5


def test_a_forked_process_has_a_thread_of_its_own():
    assert at_once(lambda: 1, lambda: 2) == (1, 2)
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # a wait for the parent's thread would last for ever
        os._exit(0 if at_once(lambda: 1, lambda: 2) == (1, 2) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

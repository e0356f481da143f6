from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from rnnlab.model.cells.linear_recurrence import SMALL, linear_recurrence, pairwise, step_by_step

SOLVERS = [step_by_step, pairwise]


def loop(decay: Tensor, inputs: Tensor, start: Tensor | None = None) -> Tensor:
    """The equation, step after step."""
    state, states = torch.zeros_like(inputs[0]) if start is None else start, []
    for a, b in zip(decay, inputs, strict=True):
        state = a * state + b
        states.append(state)
    return torch.stack(states)


def random(*shape: int) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    decay = torch.rand(shape, dtype=torch.double, generator=generator)
    inputs = torch.randn(shape, dtype=torch.double, generator=generator)
    return decay, inputs, torch.randn(shape[1:], dtype=torch.double, generator=generator)


def close(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=0, atol=1e-9)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 8, 13, 64, 257])
@pytest.mark.parametrize("size", [3, SMALL])  # each way of solving it
@pytest.mark.parametrize("started", [False, True])
def test_it_is_a_loop_over_the_steps(length, size, started):
    decay, inputs, start = random(length, size)
    start = start if started else None
    close(linear_recurrence(decay, inputs, start), loop(decay, inputs, start))


@pytest.mark.parametrize("solve", SOLVERS)
@pytest.mark.parametrize("length", [1, 2, 7, 32, 100])
def test_both_ways_of_solving_it_are_equal_in_both_directions(solve, length):
    decay, inputs, carried = random(length, 2, 3)
    forwards = loop(decay, torch.cat((inputs[:1] + carried, inputs[1:])))
    close(solve(decay[1:], inputs, carried, False), forwards)
    backwards = solve(decay[1:].flip(0), inputs.flip(0), carried, True)
    close(backwards.flip(0), forwards)


@pytest.mark.parametrize("length", [1, 2, 6, 9])
@pytest.mark.parametrize("size", [2, SMALL])
def test_gradients_are_those_of_the_loop(length, size):
    given = [tensor.requires_grad_() for tensor in random(length, size)]
    weights = random(length, size)[0].cos()
    ours = torch.autograd.grad((linear_recurrence(*given) * weights).sum(), given)
    theirs = torch.autograd.grad((loop(*given) * weights).sum(), given)
    for one, other in zip(ours, theirs, strict=True):
        close(one, other)


@pytest.mark.parametrize("length", [1, 2, 5])
def test_gradients_and_their_gradients_are_right(length):
    given = [tensor.requires_grad_() for tensor in random(length, 2, 2)]
    assert gradcheck(linear_recurrence, given)
    assert gradcheck(lambda decay, inputs: linear_recurrence(decay, inputs), given[:2])
    assert gradgradcheck(linear_recurrence, given)


@pytest.mark.parametrize("size", [5, SMALL])
def test_long_sequences_are_safe_at_any_decay(size):
    inputs = torch.randn(4096, size, generator=torch.Generator().manual_seed(0))
    values = torch.tensor([0.0, 1e-30, 0.5, 1.0, -1.0])
    decay = values.repeat(size)[:size].expand(inputs.shape)
    exact = loop(decay.double(), inputs.double())
    torch.testing.assert_close(linear_recurrence(decay, inputs).double(), exact, rtol=1e-4, atol=1e-3)


def test_a_decay_of_nothing_forgets_and_one_of_one_sums():
    inputs = random(9, 3)[1]
    close(linear_recurrence(torch.zeros_like(inputs), inputs, torch.ones(3).double()), inputs)
    close(linear_recurrence(torch.ones_like(inputs), inputs), inputs.cumsum(dim=0))


@pytest.mark.parametrize("size", [2, SMALL])
def test_what_comes_in_stays_as_it_was(size):
    given = random(8, size)
    before = [tensor.clone() for tensor in given]
    linear_recurrence(*given)
    assert all(torch.equal(one, other) for one, other in zip(given, before, strict=True))


def test_slices_and_expanded_gradients_are_taken_as_they_are():
    decay, inputs, start = random(10, 2, 6)
    decay, inputs, start = decay[::2, :, ::2], inputs[::2, :, ::2], start[:, ::2]
    inputs.requires_grad_()
    states = linear_recurrence(decay, inputs, start)
    close(states, loop(decay, inputs, start))
    (ours,) = torch.autograd.grad(states.sum(), inputs)
    (theirs,) = torch.autograd.grad(loop(decay, inputs, start).sum(), inputs)
    close(ours, theirs)


@pytest.mark.parametrize("length", [1, 2, 5, 9])
@pytest.mark.parametrize("size", [2, SMALL])
def test_complex_numbers_and_their_gradients_are_those_of_the_loop(length, size):
    generator = torch.Generator().manual_seed(0)
    decay, inputs, start = (
        torch.randn(shape, dtype=torch.cdouble, generator=generator).requires_grad_()
        for shape in ((length, size), (length, size), (size,))
    )
    ours, theirs = linear_recurrence(decay, inputs, start), loop(decay, inputs, start)
    close(ours, theirs)
    weights = torch.randn(ours.shape, dtype=torch.cdouble, generator=generator)
    found = [
        torch.autograd.grad((each * weights).real.sum(), (decay, inputs, start)) for each in (ours, theirs)
    ]
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)


def test_gradients_of_complex_gradients_are_right():
    given = [torch.randn(shape, dtype=torch.cdouble).requires_grad_() for shape in ((4, 2), (4, 2), (2,))]
    assert gradcheck(linear_recurrence, given)
    assert gradgradcheck(linear_recurrence, given)

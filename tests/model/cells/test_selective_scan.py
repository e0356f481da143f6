from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck

from rnnlab.model.cells.selective_scan import SelectiveSteps, selective_scan, states_of, writes

ROWS, UNITS, EXPANSION = 2, 3, 4


def draw(num_steps: int, seed: int = 0) -> tuple[SelectiveSteps, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)

    def some(*shape: int) -> Tensor:
        return torch.randn(shape, dtype=torch.double, generator=generator)

    sizes, values = some(num_steps, ROWS, UNITS).exp(), some(num_steps, ROWS, UNITS)
    steps = SelectiveSteps(sizes, values, some(num_steps, ROWS, EXPANSION), some(num_steps, ROWS, EXPANSION))
    return steps, some(EXPANSION, UNITS).exp(), some(ROWS, EXPANSION, UNITS)


def loop(steps: SelectiveSteps, rates: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
    """The equation, step after step."""
    outputs = []
    for size, value, key, query in zip(*steps, strict=True):
        state = torch.exp(-size.unsqueeze(1) * rates) * state + key.unsqueeze(-1) * (size * value).unsqueeze(
            1
        )
        outputs.append((state * query.unsqueeze(-1)).sum(1))
    return torch.stack(outputs), state


@pytest.mark.parametrize("block", [1, 72, 1 << 17], ids=["a step", "three steps", "all"])
@pytest.mark.parametrize("num_steps", [1, 2, 3, 13])
def test_values_and_gradients_are_those_of_the_loop_in_blocks_of_any_size(block, num_steps):
    steps, rates, start = draw(num_steps)
    given = [part.requires_grad_() for part in (*steps, rates, start)]
    ours, theirs = selective_scan(steps, rates, start, block), loop(steps, rates, start)
    torch.testing.assert_close(ours, theirs)
    found = [torch.autograd.grad(a.sin().sum() + b.cos().sum(), given) for a, b in (ours, theirs)]
    torch.testing.assert_close(*found)


def test_gradients_are_those_of_finite_differences():
    steps, rates, start = draw(5)
    given = [part.requires_grad_() for part in (*steps, rates, start)]
    assert gradcheck(lambda *parts: selective_scan(SelectiveSteps(*parts[:4]), *parts[4:], 48), given)


def test_what_comes_in_stays_as_it_was():
    steps, rates, start = draw(7)
    given = [part.requires_grad_() for part in (*steps, rates, start)]
    before = [part.detach().clone() for part in given]
    outputs, end = selective_scan(steps, rates, start, 24)
    (outputs.sum() + end.sum()).backward()
    assert all(torch.equal(one, other) for one, other in zip(given, before, strict=True))


def test_steps_of_size_0_change_nothing_and_large_ones_forget():
    steps, rates, start = draw(4)
    still = steps._replace(sizes=torch.zeros_like(steps.sizes))
    torch.testing.assert_close(selective_scan(still, rates, start)[1], start, rtol=0, atol=0)
    large = steps._replace(sizes=torch.full_like(steps.sizes, 1e4))
    torch.testing.assert_close(selective_scan(large, rates, start)[1], writes(large)[-1])


def test_a_blocks_states_begin_with_the_one_before():
    steps, rates, start = draw(3)
    decay, states = states_of(steps, rates, start)
    assert (decay.shape, states.shape) == ((3, *start.shape), (4, *start.shape))
    assert torch.equal(states[0], start)
    torch.testing.assert_close(states[-1], loop(steps, rates, start)[1])

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import gradcheck

from rnnlab.model.cells import decayed_sums as decayed_sums_file
from rnnlab.model.cells.decayed_sums import DecayedSteps, decayed_sums

DECAYS = pytest.mark.parametrize("features", [1, 3], ids=["alike", "each feature"])


def draw(num_steps: int, features: int, seed: int = 0, level: float = 0.0) -> tuple[DecayedSteps, Tensor]:
    generator = torch.Generator().manual_seed(seed)

    def some(*shape: int) -> Tensor:
        return torch.randn(2, 2, *shape, dtype=torch.double, generator=generator)

    decay = F.logsigmoid(some(num_steps, features) + level)
    return DecayedSteps(some(num_steps, 3), some(num_steps, 3), some(num_steps, 4), decay), some(3, 4)


def loop(steps: DecayedSteps, matrix: Tensor) -> tuple[Tensor, Tensor]:
    """The equation, step after step."""
    outputs = []
    for query, key, value, log_decay in zip(*(part.unbind(2) for part in steps), strict=True):
        matrix = log_decay.exp().unsqueeze(-1) * matrix + key.unsqueeze(-1) @ value.unsqueeze(-2)
        outputs.append((query.unsqueeze(-2) @ matrix).squeeze(-2))
    return torch.stack(outputs, 2), matrix


@settings(max_examples=40)
@given(
    chunk=st.sampled_from([1, 2, 4, 8, 32]),
    num_steps=st.integers(1, 70),
    features=st.sampled_from([1, 3]),
    seed=st.integers(0, 99),
)
def test_chunks_of_any_length_are_a_loop_over_the_steps(chunk, num_steps, features, seed):
    steps, start = draw(num_steps, features, seed)
    for one, other in zip(decayed_sums(steps, start, chunk), loop(steps, start), strict=True):
        torch.testing.assert_close(one, other)


@DECAYS
def test_gradients_are_those_of_finite_differences(features):
    steps, start = draw(6, features)
    given = [part.requires_grad_() for part in (*steps, start)]
    assert gradcheck(lambda *parts: decayed_sums(DecayedSteps(*parts[:4]), parts[4], 4), given)


@pytest.mark.parametrize("level", [-8.0, -2.0, 2.0])
def test_stretches_of_any_length_give_the_same(level, monkeypatch):
    steps, start = draw(50, 3, level=level)
    given = [part.requires_grad_() for part in steps]
    found = []
    for span in (1e-9, 40.0):
        monkeypatch.setattr(decayed_sums_file, "SPAN", span)
        outputs, matrix = decayed_sums(steps, start)
        found.append([outputs, matrix, *torch.autograd.grad(outputs.sin().sum(), given)])
    torch.testing.assert_close(*found)


@DECAYS
@pytest.mark.parametrize("level", [-300.0, -30.0, 20.0], ids=["forgets all", "forgets most", "keeps all"])
def test_decays_near_0_and_1_keep_values_and_gradients_exact_in_float32(features, level):
    exact, start = draw(200, features, level=level)
    steps = DecayedSteps(*(part.float().requires_grad_() for part in exact))
    outputs, matrix = decayed_sums(steps, start.float())
    expected, after = loop(exact, start)
    torch.testing.assert_close(outputs.double(), expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(matrix.double(), after, rtol=1e-4, atol=1e-4)
    assert all(part.isfinite().all() for part in torch.autograd.grad(outputs.sum(), list(steps)))

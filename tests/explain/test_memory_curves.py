"""Memory curves against linear recurrences whose derivatives are known."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from rnnlab.explain.memory_curves import forgetting, gradient_norms, lags_of, memory_curves
from rnnlab.model.encoded import Encoded
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.step_network import StepNetwork

STEPS, DECAY = 12, 0.7


class Linear(nn.Module):
    """h_t = a h_(t-1) + W x_t, from vectors (B, T, E)."""

    def __init__(self, decay: float, weight: torch.Tensor) -> None:
        super().__init__()
        self.decay, self.weight = decay, weight

    def forward(self, vectors: torch.Tensor) -> Encoded:
        state, outputs = torch.zeros(len(vectors), len(self.weight), dtype=vectors.dtype), []
        for step in vectors.unbind(1):
            state = self.decay * state + step @ self.weight.T
            outputs.append(state)
        return Encoded(torch.stack(outputs, 1), state, None)


def linear(decay: float = DECAY, size: int = 3) -> SimpleNamespace:
    weight = torch.randn(5, size, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return SimpleNamespace(embedding=nn.Identity(), encoder=Linear(decay, weight))


def rows(count: int = 40, size: int = 3) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(count, STEPS, size, generator=generator, dtype=torch.float64)


def test_the_gradient_of_a_linear_recurrence_falls_by_its_decay():
    network = linear()
    norms = gradient_norms(network, rows(), torch.Generator().manual_seed(2))
    assert norms.shape == (STEPS,)
    assert torch.allclose(norms / norms[0], DECAY ** torch.arange(STEPS, dtype=torch.float64))


def test_the_gradient_is_the_norm_of_the_jacobian():
    """|d h_T / d x_T| of a linear recurrence is the norm of W, for every row."""
    network = linear()
    norms = gradient_norms(network, rows(200), torch.Generator().manual_seed(2), draws=32)
    assert float(norms[0]) == pytest.approx(float(network.encoder.weight.norm()), rel=0.03)


def test_the_jacobian_of_a_network_is_found():
    torch.manual_seed(0)
    network = StepNetwork(RecurrentEncoder("lstm", 4, 6), 4, 2, vocab_size=5).double().eval()
    inputs = torch.randint(1, 5, (1, 6))
    vectors = network.embedding(inputs).detach()
    jacobian = torch.autograd.functional.jacobian(lambda one: network.encoder(one).outputs[0, -1], vectors)
    exact = jacobian[:, 0].square().sum((0, 2)).sqrt().flip(0)  # (O, T, E) to (T,)
    found = gradient_norms(network, inputs, torch.Generator().manual_seed(0), draws=2000)
    assert torch.allclose(found, exact, rtol=0.1)


def test_forgetting_of_a_linear_recurrence_is_its_share_of_the_distance():
    """One input moves the state by a^k W (x' - x); all inputs together by the distance of the two rows."""
    network, inputs = linear(), rows()
    found = forgetting(network, inputs, list(range(STEPS)))
    other = inputs.roll(-1, 0)
    steps = (other - inputs) @ network.encoder.weight.T  # (B, T, O)
    powers = DECAY ** torch.arange(STEPS - 1, -1, -1, dtype=torch.float64)
    apart = (steps * powers[:, None]).sum(1).norm(dim=1).mean()
    expected = (steps.norm(dim=2) * powers).mean(0) / apart
    assert torch.allclose(found, expected.flip(0))


def test_a_network_without_memory_forgets_at_once():
    found = memory_curves(linear(decay=0.0), rows())
    assert found.steps_back == list(range(STEPS))
    assert found.gradient[0] > 0
    assert found.forgetting[0] == pytest.approx(1)
    assert found.gradient[1:] == found.forgetting[1:] == [0.0] * (STEPS - 1)


def test_rows_that_end_alike_have_nothing_to_remember():
    inputs = rows()
    inputs[:, -1] = 1.0
    assert forgetting(linear(decay=0.0), inputs, [0, 1]).tolist() == [0, 0]


def test_ids_are_replaced_before_their_vectors_are_looked_up():
    torch.manual_seed(0)
    network = StepNetwork(RecurrentEncoder("gru", 4, 6), 4, 2, vocab_size=5).eval()
    inputs = torch.tensor([[1, 2, 3], [1, 4, 3]])  # only the middle differs
    found = memory_curves(network, inputs)
    assert found.forgetting == pytest.approx([0, 1, 0], abs=1e-5)
    assert all(value > 0 for value in found.gradient)
    assert all(parameter.grad is None for parameter in network.parameters())


def test_many_lags_are_thinned_and_begin_with_each():
    assert lags_of(5) == [0, 1, 2, 3, 4]
    lags = lags_of(1000)
    assert len(lags) <= 64
    assert lags[:5] == [0, 1, 2, 3, 4]
    assert lags[-1] == 999


def test_long_rows_are_done_in_parts():
    network = linear()
    inputs = torch.randn(2, 70, 3, dtype=torch.float64)
    found = memory_curves(network, inputs)
    assert len(found.steps_back) == len(found.gradient) == len(found.forgetting)
    assert found.steps_back[-1] == 69


def test_a_single_row_is_refused():
    with pytest.raises(ValueError, match="must have at least 2 rows"):
        memory_curves(linear(), rows(1))

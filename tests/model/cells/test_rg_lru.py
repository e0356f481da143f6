from __future__ import annotations

import torch
import torch.nn.functional as F

from rnnlab.model.cells.rg_lru import RGLRU


def make() -> RGLRU:
    torch.manual_seed(0)
    layer = RGLRU(5, 3).double()
    torch.nn.init.normal_(layer.bias_ih)
    return layer


def test_outputs_and_gradients_are_those_of_the_papers_equations():
    layer, inputs = make(), torch.randn(9, 2, 5, dtype=torch.double)
    hidden = start = torch.randn(2, 3, dtype=torch.double)
    expected = []
    for x in inputs:
        raw_r, raw_i, new = F.linear(x, layer.weight_ih, layer.bias_ih).chunk(3, -1)
        a = torch.sigmoid(-layer.raw_decay) ** (8 * torch.sigmoid(raw_r))  # sigmoid(-p) = exp(-softplus(p))
        hidden = a * hidden + (1 - a**2).sqrt() * torch.sigmoid(raw_i) * new
        expected.append(hidden)
    outputs, state = layer(inputs, None, (start[None],))
    torch.testing.assert_close(outputs, torch.stack(expected))
    torch.testing.assert_close(state[0][0], hidden)
    ours = torch.autograd.grad(outputs.sin().sum(), list(layer.parameters()))
    theirs = torch.autograd.grad(torch.stack(expected).sin().sum(), list(layer.parameters()))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other)


def test_units_start_with_long_memories():
    layer = RGLRU(5, 1000)
    decay = torch.exp(-8 * F.softplus(layer.raw_decay))  # where the recurrence gate is open
    assert 0.9 <= decay.min() < 0.91
    assert 0.99 < decay.max() <= 0.9991

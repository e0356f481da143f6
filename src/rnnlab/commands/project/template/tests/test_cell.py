"""The cell against its equation, and what every cell promises: padding and chunks change nothing."""

import torch

from my_project.cell import MinimalGatedUnit

T, B, INPUTS, H = 7, 3, 4, 5


def cell() -> MinimalGatedUnit:
    torch.manual_seed(0)
    return MinimalGatedUnit(INPUTS, H).double().eval()


def steps() -> torch.Tensor:
    return torch.randn(T, B, INPUTS, dtype=torch.double, generator=torch.Generator().manual_seed(1))


def test_a_step_is_the_equation() -> None:
    layer, x = cell(), steps()[:1]
    h = torch.randn(B, H, dtype=torch.double)
    w_f, w_n = layer.weight_ih_l0.chunk(2)
    u_f, u_n = layer.weight_hh_l0.chunk(2)
    b_f, b_n = layer.bias_ih_l0.chunk(2)
    f = torch.sigmoid(x[0] @ w_f.T + b_f + h @ u_f.T)
    n = torch.tanh(x[0] @ w_n.T + b_n + (f * h) @ u_n.T)
    found = layer(x, state=(h.unsqueeze(0),)).outputs[0]
    torch.testing.assert_close(found, (1 - f) * h + f * n)


def test_two_halves_with_the_state_between_them_are_the_whole() -> None:
    layer, x = cell(), steps()
    first = layer(x[:4])
    torch.testing.assert_close(layer(x[4:], state=first.state).outputs, layer(x).outputs[4:])


def test_padding_changes_nothing() -> None:
    layer, x = cell(), steps()
    whole = layer(x, torch.tensor([7, 2, 5]))
    alone = layer(x[:2, 1:2])
    torch.testing.assert_close(whole.state[0][:, 1:2], alone.state[0])

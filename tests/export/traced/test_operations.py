"""Graphs of recorded networks give what torch gives, for any number of rows."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from rnnlab.errors import SettingError
from rnnlab.export.session import open_session
from rnnlab.export.traced import trace as module
from rnnlab.export.traced.build import traced_graph
from rnnlab.model.cell_options import CellOptions
from rnnlab.model.encoder import RecurrentEncoder

STEPS, FEATURES = 6, 4


def examples(rows):
    generator = torch.Generator().manual_seed(rows)
    return {
        "values": torch.randn(rows, STEPS, FEATURES, generator=generator),
        "observed": torch.rand(rows, STEPS, FEATURES, generator=generator) > 0.3,
        "lengths": torch.arange(rows) % STEPS + 1,
        "unread": torch.zeros(rows, 3),
    }


class Calls(nn.Module):
    """A network of one function of values (B, T, F), observed (B, T, F) and lengths (B,)."""

    def __init__(self, function):
        super().__init__()
        self.function, self.linear = function, nn.Linear(FEATURES, 3)
        self.weight = nn.Parameter(torch.randn(2, STEPS))

    def forward(self, values, observed, lengths, unread):
        return tuple(self.function(self, values, observed, lengths))


def pointwise(net, x, observed, lengths):
    zero = x.new_zeros(())
    yield F.softplus(x) + F.logsigmoid(x) * 2 - torch.sigmoid(x) / 3
    yield torch.where(observed, x, zero) + x.masked_fill(~observed, 1.5)
    yield torch.log1p(x.square()).clamp(0.1, 2).clamp(max=1.5) + torch.expm1(x.clamp(min=0))
    yield (x > 0) & (x <= 1) | ~observed
    yield torch.lerp(x, x.abs(), 0.25) + torch.addcmul(x, x.exp(), x.cos(), value=2)
    yield 1 - x.pow(2) + (x.abs() + 1).rsqrt() + F.gelu(x) + F.silu(x) + x.erf()
    yield (lengths % 2).unsqueeze(1) * (lengths.unsqueeze(1) != 3)


def shapes(net, x, observed, lengths):
    rows = len(x)
    yield x.transpose(1, 2).reshape(-1, STEPS, 1)
    yield x.repeat_interleave(2, dim=0).view(rows, 2, STEPS, -1).flatten(2)
    yield torch.cat((x, x.new_zeros(rows, STEPS, 0), net.weight[0].view(1, STEPS, 1).expand(rows, -1, 2)), -1)
    yield torch.stack(x.unbind(-1)[::-1], dim=1).flip(2)
    yield x[:, -1:, 1:3] + x[:, 0:4:3, :2].sum(1, keepdim=True)
    first, rest = x.split([1, 3], dim=-1)
    yield first + rest.chunk(3, dim=-1)[1]
    yield x[lengths - 1, torch.arange(STEPS)[: x.shape[1]][:1]]
    yield x.gather(1, (lengths - 1).view(-1, 1, 1).expand(-1, 1, FEATURES)).squeeze(1)
    yield torch.arange(rows).unsqueeze(1) + torch.full((rows, 2), 7)
    changed = x.clone()
    changed[:, 0] = 0
    changed[:, 1::2, 1:] = x[:, :3, 1:].abs()
    yield changed.repeat(1, 2, 1)
    yield torch.cat((x.new_zeros(rows, 0), x[:, 0, :0]), dim=1).sum(1)
    yield F.pad(x, (1, 0, 0, 2)).roll(-2, 1) + F.pad(x[:, :, :1], (0, 4, 1, 1))
    yield torch.stack(torch.broadcast_tensors(x[:, :1], x[:, 1:3], net.weight[:, :FEATURES]))[0]
    yield observed.gather(1, observed.long() * 0) * observed


def reductions(net, x, observed, lengths):
    weights = observed.to(x.dtype)
    yield (x * weights).sum(1) / weights.sum(1).clamp(min=1)
    yield x.amax(1) - x.amin(1, keepdim=True).squeeze(1) + x.mean((1, 2)).unsqueeze(1)
    yield x.var(1) + x.var(1, correction=0) + x.logsumexp(1)
    yield x.cumsum(-1).softmax(-1) @ x.log_softmax(1).transpose(1, 2)
    yield net.linear(x) + torch.einsum("hl,blf->bhf", net.weight, x).sum(1, keepdim=True).mean(
        -1, keepdim=True
    )
    yield F.layer_norm(x, (FEATURES,)) + net.linear.weight.mean()
    yield x.argmax(1) + x.argmax(-1, keepdim=True).sum(1)
    yield observed.any(1) & ~observed.all(1)
    yield torch.matmul(net.weight, x)


@pytest.mark.parametrize("function", [pointwise, shapes, reductions])
def test_each_operation_is_that_of_torch(function):
    check(Calls(function))


@pytest.mark.parametrize(
    ("cell", "settings"),
    [
        ("gru", {"connection": "residual", "norm": "layer", "num_layers": 2}),
        ("lstm", {"connection": "highway", "num_layers": 2}),
        ("rnn", {"bidirectional": True, "options": CellOptions(nonlinearity="relu")}),
    ],
)
def test_recurrent_layers_are_operators_of_onnx(cell, settings):
    encoder = RecurrentEncoder(cell, FEATURES, 5, **settings)
    kinds = check(Calls(lambda net, x, observed, lengths: [encoder(x, lengths).final]))
    assert kinds.count(cell.upper()) == settings.get("num_layers", 1) * (1 + ("bidirectional" in settings))


def test_what_is_not_read_is_no_input():
    graph = traced_graph(Calls(lambda net, x, observed, lengths: [x * 2]).eval(), examples, ["doubled"])
    assert [one.name for one in graph.model().graph.input] == ["values"]


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (
            lambda net, x, observed, lengths: [torch.fft.fft(x).real],
            "its operation aten.*fft.* has none in ONNX",
        ),
        (lambda net, x, observed, lengths: [x * float(x.sum())], "model=Calls: cannot be exported: "),
        (lambda net, x, observed, lengths: [x[observed].sum().view(1)], "cannot be exported"),
    ],
)
def test_what_has_no_graph_is_refused_in_one_line(function, told):
    with pytest.raises(SettingError, match=told) as error:
        traced_graph(Calls(function).eval(), examples, ["out"])
    assert "\n" not in str(error.value)


def test_a_long_loop_is_refused(monkeypatch):
    def steps(net, x, observed, lengths):
        for _ in range(20):
            x = x.sin()
        yield x

    monkeypatch.setattr(module, "MOST", 20)
    with pytest.raises(SettingError, match="operations are more than 20: a loop over steps"):
        traced_graph(Calls(steps).eval(), examples, ["out"])


def check(network):
    """Compare graph and network at several numbers of rows; return the kinds of the graph's nodes."""
    network.eval()
    with torch.inference_mode():
        names = [f"out{place}" for place in range(len(network(*examples(1).values())))]
    model = traced_graph(network, examples, names).model()
    session = open_session(model.SerializeToString(), 1)
    inputs = {one.name for one in session.get_inputs()}
    for rows in (1, 2, 9):
        given = examples(rows)
        found = session.run(None, {name: value.numpy() for name, value in given.items() if name in inputs})
        with torch.inference_mode():
            expected = network(*given.values())
        for own, other in zip(found, expected, strict=True):
            assert own.dtype == other.numpy().dtype
            np.testing.assert_allclose(own, other.numpy(), rtol=2e-5, atol=2e-6)
    return [node.op_type for node in model.graph.node]

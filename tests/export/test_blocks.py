"""Residual blocks in graphs: they give what the encoder gives."""

import numpy as np
import pytest
import torch

from rnnlab.export.encoder import add_encoder
from rnnlab.export.graph import Graph
from rnnlab.export.language_model import language_graph
from rnnlab.export.session import open_session
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel

CASES = {
    "lstm": {"cell": "lstm"},
    "lstm convolution": {"cell": "lstm", "conv_size": 3},
    "gru without MLP": {"cell": "gru", "mlp_ratio": 0},
    "deltanet convolution": {"cell": "deltanet", "conv_size": 4},
    "mingru both ways": {"cell": "mingru", "bidirectional": True, "conv_size": 2},
    "gru both ways": {"cell": "gru", "bidirectional": True},
}
cases = pytest.mark.parametrize("settings", CASES.values(), ids=list(CASES))


def make(input_size=3, **settings):
    torch.manual_seed(0)
    encoder = RecurrentEncoder(
        input_size=input_size, hidden_size=4, num_layers=2, block="residual", **settings
    )
    with torch.no_grad():
        for weight in encoder.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    return encoder.eval()


def close(found, expected):
    np.testing.assert_allclose(found, expected.detach().numpy(), atol=2e-5, rtol=1e-4)


@cases
def test_rows_of_different_lengths(settings):
    encoder, graph = make(**settings), Graph()
    steps = graph.input("steps", np.float32, ["time", "batch", 3])
    lengths = graph.input("lengths", np.int64, ["batch"])
    found = add_encoder(graph, encoder, steps, lengths)
    graph.output("outputs", found.steps, np.float32, ["time", "batch", 4])
    graph.output("final", found.final, np.float32, ["batch", 4])
    session = open_session(graph.model().SerializeToString(), threads=1)
    values, real = torch.randn(6, 4, 3), torch.tensor([6, 1, 4, 3])
    outputs, final = session.run(None, {"steps": values.numpy(), "lengths": real.numpy()})
    expected = encoder(values.transpose(0, 1), real)
    close(final, expected.final)
    for row, length in enumerate(real):
        close(outputs[:length, row], expected.outputs[row, :length])


@pytest.mark.parametrize("name", ["lstm", "lstm convolution", "deltanet convolution"])
def test_a_language_model_token_by_token(name):
    network = LanguageModel(9, 5, make(5, **CASES[name])).eval()
    session = open_session(language_graph(network).model().SerializeToString(), threads=1)
    tokens = torch.randint(1, 9, (2, 5), generator=torch.Generator().manual_seed(1))
    expected = network(tokens)
    state = [part.numpy() for part in network.encoder.initial_state(2)]
    for step in range(tokens.shape[1]):
        feed = {f"state_{number}": part for number, part in enumerate(state)}
        logits, *state = session.run(None, {"tokens": tokens[:, step].numpy(), **feed})
        close(logits, expected.logits[:, step])
    for part, last in zip(state, expected.state, strict=True):
        close(part, last)

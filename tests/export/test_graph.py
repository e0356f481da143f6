"""Graphs against the networks that they were made of, over cells, depths, directions and poolings."""

import numpy as np
import onnxruntime
import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.evaluation.adjusted import adjusted
from rnnlab.export.classifier import classifier_graph
from rnnlab.export.language_model import language_graph
from rnnlab.model.cell_options import CellOptions
from rnnlab.model.classifier import Classifier
from rnnlab.model.embedding import Pretrained
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.ensemble import Ensemble
from rnnlab.model.hierarchical import HierarchicalClassifier
from rnnlab.model.language_model import LanguageModel
from rnnlab.model.settings import POOLINGS

VOCABULARY, SIZE, CLASSES = 23, 6, 3
BATCHES = ([1], [7, 3, 1], [12, 12], [2, 30, 5, 9])
DEPTHS = [
    {},
    {"num_layers": 2, "norm": "layer"},
    {"num_layers": 3, "connection": "residual"},
    {"num_layers": 2, "connection": "highway", "norm": "layer"},
    {"num_layers": 3, "connection": "dense", "input_norm": "batch"},
    {"num_layers": 2, "block": "residual", "conv_size": 3, "mlp_ratio": 1.5},
    {"block": "residual", "mlp_ratio": 0.0},
]


def classifier(cell="lstm", pooling="last", options=None, pretrained=None, **depth):
    encoder = RecurrentEncoder(cell, SIZE, SIZE, options=options, **depth)
    network = Classifier(VOCABULARY, SIZE, encoder, pooling, CLASSES, pretrained=pretrained)
    return moved(network)


def moved(network):
    """Away from zeros and ones that would hide what is forgotten."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
        for name, buffer in network.named_buffers():
            if name.endswith(("running_mean", "running_variance")):
                buffer.copy_(0.5 + torch.rand_like(buffer))
    return network.eval()


def session(graph):
    return onnxruntime.InferenceSession(graph.model().SerializeToString(), providers=["CPUExecutionProvider"])


def check(network, shift=None, temperature=1.0):
    found = session(classifier_graph(network, shift, temperature))
    names = [output.name for output in found.get_outputs()]
    for batch in BATCHES:
        lengths = torch.tensor(batch)
        tokens = torch.randint(1, VOCABULARY, (len(batch), max(batch)))
        tokens[torch.arange(max(batch)) >= lengths[:, None]] = 0
        feed = {"tokens": tokens.numpy(), "lengths": lengths.numpy()}
        said = dict(zip(names, found.run(None, feed), strict=True))
        with torch.no_grad():
            expected = adjusted(network(tokens, lengths), shift, temperature)
            np.testing.assert_allclose(said["log_probabilities"], expected, atol=1e-5)
            if "attention" in said:
                np.testing.assert_allclose(said["attention"], network.attention(tokens, lengths), atol=1e-5)
    return names


@pytest.mark.parametrize("depth", DEPTHS, ids=str)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_cells_and_depths(cell, bidirectional, depth):
    check(classifier(cell, "last_mean_max", bidirectional=bidirectional, **depth))


@pytest.mark.parametrize("pooling", POOLINGS)
def test_poolings(pooling):
    names = check(classifier(pooling=pooling, bidirectional=True))
    assert ("attention" in names) == ("attention" in pooling)


@pytest.mark.parametrize("depth", [{}, {"num_layers": 2, "connection": "residual"}], ids=str)
@pytest.mark.parametrize("mixing", ["concat", "sum", "linear"])
def test_mixing_of_directions(mixing, depth):
    check(classifier("gru", "max_mean_attention", bidirectional=True, mixing=mixing, **depth))


def test_rectifier_weight_drop_and_projected_vectors():
    options = CellOptions(nonlinearity="relu", recurrent_dropout=0.5)
    pretrained = Pretrained(torch.randn(VOCABULARY, 4), projection=SIZE)
    check(classifier("rnn", "mean", options, pretrained))


def test_prior_temperature_and_members():
    members = Ensemble([classifier("lstm", "attention"), classifier("lstm", "attention")]).eval()
    assert "attention" in check(members, [0.3, -0.2, 0.1], 1.7)


@pytest.mark.parametrize("depth", [d for d in DEPTHS if "input_norm" not in d], ids=str)
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_language_models_step_goes_on_from_its_state(cell, depth):
    encoder = RecurrentEncoder(cell, SIZE, SIZE, **depth)
    follows(moved(LanguageModel(VOCABULARY, SIZE, encoder, tie_weights=True)))


@pytest.mark.parametrize("depth", [{}, {"num_layers": 2, "connection": "dense"}], ids=str)
def test_a_styled_models_step_is_in_the_mean_of_its_styles(depth):
    encoder = RecurrentEncoder("lstm", SIZE + 4, SIZE, **depth)
    follows(moved(LanguageModel(VOCABULARY, SIZE, encoder, styles=3, style_size=4)))


def follows(network):
    """The graph, step by step with its own state, gives the network's logits and its last state."""
    encoder, found = network.encoder, session(language_graph(network))
    tokens = torch.randint(0, VOCABULARY, (3, 11))
    with torch.no_grad():
        logits, state = network(tokens)
    parts = [np.zeros((encoder.num_layers, 3, size), np.float32) for size in encoder.state_sizes]
    for step in range(11):
        feed = {f"state_{i}": part for i, part in enumerate(parts)} | {"tokens": tokens[:, step].numpy()}
        said, *parts = found.run(None, feed)
        np.testing.assert_allclose(said, logits[:, step], atol=1e-5)
    for part, expected in zip(parts, state, strict=True):
        np.testing.assert_allclose(part, expected, atol=1e-5)


def test_a_hierarchical_network_is_refused():
    encoder = RecurrentEncoder("gru", SIZE, SIZE)
    network = HierarchicalClassifier(
        VOCABULARY,
        SIZE,
        encoder,
        lambda input_size: RecurrentEncoder("gru", input_size, SIZE),
        "attention",
        2,
    )
    with pytest.raises(SettingError, match=r"model\.classifier=HierarchicalClassifier: cannot be exported"):
        classifier_graph(network, None, 1.0)

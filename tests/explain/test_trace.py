"""Gates, memories and hidden states by the cells' equations, against what the layers say."""

import pytest
import torch

from rnnlab.explain.trace import traceable, traces
from rnnlab.model.cell_options import CellOptions
from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.ensemble import Ensemble
from rnnlab.model.language_model import LanguageModel

from .test_gradients import classifier, hierarchical

TOKENS = torch.tensor([[5, 3, 7, 2, 4], [6, 2, 0, 0, 0]])
LENGTHS = torch.tensor([5, 2])
LOOP = CellOptions(recurrent_dropout=0.3, recurrent_dropout_kind="variational")


def network_of(cell, options=None, **settings):
    torch.manual_seed(0)
    encoder = RecurrentEncoder(cell, 4, 4, options=options, **settings)
    return Classifier(9, 4, encoder, "last", 2).eval()


def by_equations(cell, trace):
    """Hidden states (B, T, H) from gates, memories and the hidden states before."""
    before = torch.cat([torch.zeros_like(trace.hidden[:, :1]), trace.hidden[:, :-1]], dim=1)
    gates = trace.gates
    if cell == "lstm":
        return gates["output_gate"] * trace.memory.tanh()
    if cell == "gru":
        return gates["update_gate"] * before + (1 - gates["update_gate"]) * gates["candidate"]
    return gates["hidden"]


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("options", [None, LOOP], ids=["kernel", "loop"])
def test_the_equations_give_the_hidden_states_of_the_layers(cell, options):
    network = network_of(cell, options, num_layers=2, connection="residual", norm="layer")
    found = traces(network, TOKENS, LENGTHS)
    assert [trace.name for trace in found] == ["layer 1", "layer 2"]
    for trace in found:
        assert trace.gates
        assert (trace.memory is None) == (cell != "lstm")
        for row, length in enumerate(LENGTHS):
            torch.testing.assert_close(by_equations(cell, trace)[row, :length], trace.hidden[row, :length])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_gates_behind_a_short_convolution_are_those_of_the_cell(cell):
    (trace,) = traces(network_of(cell, block="residual", conv_size=3), TOKENS, LENGTHS)
    assert trace.gates
    for row, length in enumerate(LENGTHS):
        torch.testing.assert_close(by_equations(cell, trace)[row, :length], trace.hidden[row, :length])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "mingru", "slstm"])
def test_the_hidden_states_are_the_encoders_outputs_in_the_order_of_the_text(cell):
    network = network_of(cell, bidirectional=True)
    ahead, back = traces(network, TOKENS, LENGTHS)
    assert (ahead.name, back.name) == ("layer 1", "layer 1, backward")
    outputs = network.encoder(network.embedding(TOKENS), LENGTHS).outputs
    for row, length in enumerate(LENGTHS):
        both = torch.cat([ahead.hidden, back.hidden], dim=2)[row, :length]
        torch.testing.assert_close(both, outputs[row, :length])
        alone = traces(network, TOKENS[row : row + 1, :length], LENGTHS[row : row + 1])[1]
        torch.testing.assert_close(alone.hidden[0], back.hidden[row, :length])
        for name, gate in alone.gates.items():
            torch.testing.assert_close(gate[0], back.gates[name][row, :length])


@pytest.mark.parametrize(
    "options",
    [
        CellOptions(peephole=True),
        CellOptions(coupled=True),
        CellOptions(projection_size=2),
        CellOptions(zoneout=0.1),
    ],
)
def test_a_cell_of_other_equations_has_no_gates(options):
    (trace,) = traces(network_of("lstm", options), TOKENS, LENGTHS)
    assert trace.gates == {}
    assert trace.memory is None
    assert network_of("rnn", CellOptions(nonlinearity="relu"))
    assert traces(network_of("rnn", CellOptions(nonlinearity="relu")), TOKENS, LENGTHS)[0].gates == {}


def test_members_are_told_apart_and_nothing_stays_watched():
    network = Ensemble([classifier(seed=1), classifier(seed=2)])
    names = [trace.name for trace in traces(network, TOKENS, LENGTHS)]
    assert names[::2] == ["member 1, layer 1", "member 2, layer 1"]
    assert not any(module._forward_hooks for module in network.modules())
    assert traceable(network)
    assert not traceable(hierarchical())


def test_a_language_models_states_are_those_that_it_scores():
    torch.manual_seed(0)
    network = LanguageModel(9, 4, RecurrentEncoder("lstm", 4, 5)).eval()
    (trace,) = traces(network, TOKENS[:1], LENGTHS[:1])
    torch.testing.assert_close(network.score(trace.hidden), network(TOKENS[:1]).logits)


def test_a_styled_models_states_are_those_of_the_mean_of_its_styles():
    torch.manual_seed(0)
    network = LanguageModel(9, 4, RecurrentEncoder("gru", 7, 5), styles=2, style_size=3).eval()
    (trace,) = traces(network, TOKENS[:1], LENGTHS[:1])
    torch.testing.assert_close(network.score(trace.hidden), network(TOKENS[:1]).logits)

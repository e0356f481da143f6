"""Both graphs of an encoder-decoder against the network, step by step and in what they decode."""

from __future__ import annotations

from functools import partial

import numpy as np
import onnxruntime
import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.export.encoder_decoder import encoder_graph, step_graph
from rnnlab.generate.sequence.decode import decode
from rnnlab.generate.sequence.engine import Source
from rnnlab.generate.sequence.sessions import SessionEngine
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.generate.sequence_engine import TorchEngine
from rnnlab.model.cell_options import CellOptions
from rnnlab.model.decoder.bahdanau import BahdanauDecoder
from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.decoder.none import PlainDecoder
from rnnlab.model.decoder.pointer import PointerDecoder
from rnnlab.model.embedding import Pretrained
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.encoder_decoder import EncoderDecoder
from rnnlab.model.sequence_ensemble import EncoderDecoderEnsemble

SOURCES, TARGETS, SIZE = 13, 12, 6
DECODERS = {
    "luong": partial(LuongDecoder),
    "dot": partial(LuongDecoder, score="dot", num_layers=2, hidden_size=2 * SIZE),
    "additive": partial(LuongDecoder, score="additive", coverage=1.0),
    "fed": partial(LuongDecoder, input_feeding=True, num_layers=2, norm="layer", connection="residual"),
    "fed_covered": partial(LuongDecoder, input_feeding=True, coverage=0.5, bridge="zero"),
    "bahdanau": partial(BahdanauDecoder, num_layers=2),
    "blocks": partial(LuongDecoder, input_feeding=True, num_layers=2, block="residual"),
    "none": partial(PlainDecoder, num_layers=3, connection="highway"),
    "pointer": partial(PointerDecoder),
    "pointer_covered": partial(PointerDecoder, score="additive", coverage=1.0, num_layers=2),
}


def make(name, cell="lstm", tie="none", options=None, pretrained=None, bidirectional=True, seed=0):
    torch.manual_seed(seed)
    encoder = RecurrentEncoder(cell, SIZE, SIZE, bidirectional=bidirectional, options=options)
    chosen = {"cell": cell, "hidden_size": SIZE, "options": options} | DECODERS[name].keywords
    decoder = partial(DECODERS[name].func, **chosen)
    sizes = (SOURCES, SIZE, encoder, decoder, TARGETS, TARGETS - 1, TARGETS - 2)
    network = EncoderDecoder(*sizes, tie_weights=tie, pretrained=pretrained)
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.6)
    return network.eval()


def copies_of(network):
    return next(iter(getattr(network, "members", [network]))).decoder.copies


def engines(network):
    sessions = [
        onnxruntime.InferenceSession(graph(network).model().SerializeToString())
        for graph in (encoder_graph, step_graph)
    ]
    facts = {"begin_id": network.begin_id, "end_id": network.end_id, "target_size": network.target_size}
    return TorchEngine(network), SessionEngine(*sessions, facts)


def sources_of(network, count=10):
    generator, found = np.random.default_rng(3), []
    for number in range(count):
        ids = generator.integers(1, SOURCES, 1 + (5 * number) % 9)
        extras = min(number % 3, len(ids)) if copies_of(network) else 0
        copies = generator.integers(1, TARGETS - 2, len(ids))
        copies[:extras] = TARGETS + np.arange(extras)
        found.append(Source(ids, copies if copies_of(network) else None, extras))
    return found


def same(network):
    """Steps of the graph over drawn tokens are those of the network, with attention and states."""
    torch_engine, session_engine = engines(network)
    sources = sources_of(network)
    places = [engine.encode(sources) for engine in (torch_engine, session_engine)]
    generator = np.random.default_rng(5)
    assert session_engine.attends == torch_engine.attends
    for step in range(6):
        top = TARGETS + (2 if copies_of(network) else 0)
        tokens = generator.integers(0, top, len(sources))
        said = [
            engine.step(tokens, place)
            for engine, place in zip((torch_engine, session_engine), places, strict=True)
        ]
        np.testing.assert_allclose(said[1].logs, said[0].logs, atol=2e-5, rtol=1e-5)
        if torch_engine.attends:
            np.testing.assert_allclose(said[1].attention, said[0].attention, atol=1e-5)
        for found, expected in zip(said[1].position.state, said[0].position.state, strict=True):
            np.testing.assert_allclose(found, expected, atol=1e-5)
        rows = generator.permutation(len(sources)) if step % 2 else np.arange(len(sources))
        places = [
            engine.select(one.position, rows)
            for engine, one in zip((torch_engine, session_engine), said, strict=True)
        ]


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_steps_are_those_of_the_network(name, cell):
    same(make(name, cell))


@pytest.mark.parametrize("name", ["luong", "none", "pointer"])
def test_tied_weights_projected_vectors_one_direction_and_weight_drop(name):
    same(make(name, tie="target", bidirectional=False))
    same(make(name, "rnn", options=CellOptions(nonlinearity="relu", recurrent_dropout=0.5)))
    same(make(name, pretrained=Pretrained(torch.randn(SOURCES, 4), projection=SIZE)))


@pytest.mark.parametrize("name", ["fed_covered", "none", "pointer"])
def test_steps_of_an_ensemble_are_the_mean_of_its_members(name):
    members = [make(name), make(name, "gru", seed=1), make(name, bidirectional=False, seed=2)]
    ensemble = EncoderDecoderEnsemble(members).eval()
    same(ensemble)
    sources = sources_of(ensemble, 16)
    expected, found = (decode(engine, sources, SequenceDecoding(beam=3)) for engine in engines(ensemble))
    assert [[one.tokens for one in each] for each in found] == [[o.tokens for o in each] for each in expected]


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize(
    "settings",
    [{}, {"beam": 4, "nbest": 4, "coverage_penalty": 0.2}, {"temperature": 1.0, "top_p": 0.9}],
    ids=str,
)
def test_what_is_decoded_is_the_same_token_for_token(name, settings):
    network = make(name)
    chosen = SequenceDecoding(**settings)
    if name == "none":
        chosen = chosen.changed({"coverage_penalty": 0.0})
    sources = sources_of(network, 16)
    expected, found = (decode(engine, sources, chosen) for engine in engines(network))
    for ours, theirs in zip(found, expected, strict=True):
        assert [one.tokens for one in ours] == [one.tokens for one in theirs]
        assert [one.aligned for one in ours] == [one.aligned for one in theirs]
        np.testing.assert_allclose([o.score for o in ours], [o.score for o in theirs], atol=1e-4)


@pytest.mark.parametrize(("name", "cell"), [("luong", "mingru"), ("none", "slstm"), ("bahdanau", "indrnn")])
def test_cells_without_an_operator(name, cell):
    same(make(name, cell))


def test_other_networks_and_decoders_are_refused():
    class Own(LuongDecoder):
        pass

    network = make("luong")
    network.decoder.__class__ = Own
    with pytest.raises(SettingError, match="decoder=Own: cannot be exported: ONNX holds luong, bahdanau"):
        step_graph(network)
    with pytest.raises(SettingError, match="model=Linear: cannot be exported"):
        encoder_graph(torch.nn.Linear(1, 1))

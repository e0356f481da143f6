"""Decoding by the network itself, against its teacher-forced scores."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np
import pytest
import torch

from rnnlab.generate.sequence.decode import decode
from rnnlab.generate.sequence.engine import Source
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.generate.sequence_engine import TorchEngine
from rnnlab.model.decoder.bahdanau import BahdanauDecoder
from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.decoder.none import PlainDecoder
from rnnlab.model.decoder.pointer import PointerDecoder
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.encoder_decoder import EncoderDecoder

WORDS, SIZE = 4, 7  # words of the target besides padding, unknown and the marks
DECODERS = {
    "luong": partial(LuongDecoder, num_layers=2),
    "luong_fed_covered": partial(LuongDecoder, num_layers=3, input_feeding=True, coverage=1.0),
    "bahdanau": partial(BahdanauDecoder, num_layers=2),
    "none": partial(PlainDecoder, num_layers=2, connection="residual"),
    "pointer": partial(PointerDecoder, num_layers=2, coverage=1.0),
}


def make(name, cell="lstm"):
    """A network with weights large enough to be sure of something."""
    torch.manual_seed(0)
    encoder = RecurrentEncoder(cell, 5, SIZE, bidirectional=True)
    decoder = partial(DECODERS[name], cell=cell, hidden_size=SIZE)
    network = EncoderDecoder(11, 5, encoder, decoder, WORDS + 4, WORDS + 3, WORDS + 2)
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.7)
    return network.eval()


def sources_of(network, count=9):
    """Sources of one to six steps; where words are copied, each has some of its own."""
    generator, found = np.random.default_rng(1), []
    for number in range(count):
        ids = generator.integers(2, 11, 1 + number % 6)
        extras = min(number % 3, len(ids)) if network.decoder.copies else 0
        copies = generator.integers(1, WORDS + 2, len(ids))
        copies[:extras] = network.target_size + np.arange(extras)
        found.append(Source(ids, copies if network.decoder.copies else None, extras))
    return found


def log_probabilities(network, source, targets):
    """Of targets (N, T) whose end marks are given, (N,)."""
    rows, inputs = len(targets), network.inputs_of(torch.tensor(targets))
    sources = torch.tensor(source.ids)[None].repeat(rows, 1)
    copies = None if source.copies is None else torch.tensor(source.copies)[None].repeat(rows, 1)
    with torch.no_grad():
        scores = network(sources, torch.full((rows,), len(source.ids)), inputs, copies).scores
    logs = scores.log_softmax(-1).gather(2, torch.tensor(targets)[..., None])
    return logs[..., 0].sum(1).double().numpy()


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_wide_beam_finds_the_best_of_all_targets(name, cell):
    network = make(name, cell)
    settings = SequenceDecoding(
        beam=400, nbest=400, max_ratio=0, max_extra=3, min_length=2, length_penalty="none"
    )
    for source in sources_of(network, 3):
        ids = [*range(2, WORDS + 2), *range(network.target_size, network.target_size + source.extras)]
        all_ = [[*tokens, network.end_id] for tokens in product(ids, repeat=2)]
        logs = log_probabilities(network, source, all_)
        found = [one for one in decode(TorchEngine(network), [source], settings)[0] if one.ended]
        best = np.argsort(-logs)[:16]
        assert [one.tokens for one in found[:16]] == [tuple(all_[row][:-1]) for row in best]
        np.testing.assert_allclose([one.log_probability for one in found[:16]], logs[best], atol=1e-4)


@pytest.mark.parametrize("settings", [{}, {"beam": 4, "nbest": 4}, {"temperature": 1.0, "nbest": 2}], ids=str)
@pytest.mark.parametrize("name", DECODERS)
def test_a_batch_changes_nothing(name, settings):
    network = make(name)
    chosen, sources = SequenceDecoding(**settings), sources_of(network, 12)
    together = decode(TorchEngine(network), sources, chosen)
    alone = [decode(TorchEngine(network), [source], chosen)[0] for source in sources]
    if chosen.samples:  # which draw by their number among all
        together, alone = together[:1], alone[:1]
    for found, expected in zip(together, alone, strict=True):
        assert [one.tokens for one in found] == [one.tokens for one in expected]
        np.testing.assert_allclose([o.score for o in found], [o.score for o in expected], atol=1e-5)


@pytest.mark.parametrize("name", DECODERS)
def test_greedy_search_takes_the_likeliest_of_the_teacher_forced_scores(name):
    network = make(name)
    sources = sources_of(network)
    results = decode(TorchEngine(network), sources, SequenceDecoding())
    for source, (found,) in zip(sources, results, strict=True):
        tokens = [*found.tokens, *([network.end_id] if found.ended else [])]
        inputs = network.inputs_of(torch.tensor([tokens]))
        copies = None if source.copies is None else torch.tensor(source.copies)[None]
        with torch.no_grad():
            read = network(torch.tensor(source.ids)[None], torch.tensor([len(source.ids)]), inputs, copies)
        scores = read.scores[0].clone()
        scores[:, [0, 1, network.begin_id]] = -np.inf
        assert scores.argmax(1).tolist() == tokens
        assert (found.aligned == ()) == (name == "none")
        if read.attention is not None:
            assert found.aligned == tuple(read.attention[0].argmax(1)[: len(found.tokens)].tolist())


def test_a_network_without_attention_has_no_alignment():
    engine = TorchEngine(make("none"))
    assert not engine.attends
    found = decode(engine, sources_of(engine.network), SequenceDecoding(beam=2), attention=True)
    assert all(one.aligned == () and one.attention is None for of_one in found for one in of_one)

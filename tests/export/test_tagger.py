"""Graphs of taggers equal the networks, whatever they read; what no graph holds is refused in a line."""

import itertools

import numpy as np
import pytest
import torch

from rnnlab.evaluation.entities import allowed
from rnnlab.export.session import open_session
from rnnlab.export.tagger import tagger_graph
from rnnlab.model.characters.base import NoLetters
from rnnlab.model.characters.cnn import LetterCNN
from rnnlab.model.characters.lstm import LetterLSTM
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.head.allowed import AllowedTags
from rnnlab.model.head.crf import CRF
from rnnlab.model.head.softmax import Softmax
from rnnlab.model.tagger import Tagger, TaggerEnsemble

pytest.importorskip("onnxruntime")
TAGS = ["O", "B-x", "I-x"]
LETTERS = {"none": (NoLetters, 0), "cnn": (LetterCNN, 5), "lstm": (LetterLSTM, 6)}


def tagger(letters="none", subwords="first", head=CRF, cell="lstm", seed=0):
    torch.manual_seed(seed)
    kind, size = LETTERS[letters]
    masks = AllowedTags(*(mask.tolist() for mask in allowed(TAGS, "BIO")))

    def characters(num_letters):
        return kind(num_letters, 4, size) if size else kind(num_letters)

    encoder = RecurrentEncoder(cell, 7 + size, 6, num_layers=2, bidirectional=True)
    network = Tagger(
        20, 7, encoder, len(TAGS), head, characters, num_letters=9, allowed=masks, subwords=subwords
    )
    return network.eval()


def batch(letters, subwords, seed=0):
    """Rows of 1 to 5 words: tokens, lengths, letters and pieces, as the network takes them."""
    generator = np.random.default_rng(seed)
    lengths = np.array([5, 1, 3], np.int64)
    real = np.arange(5) < lengths[:, None]
    pieces = np.where(real, generator.integers(1, 4, (3, 5)), 0) if subwords else None
    count = int(pieces.sum(1).max()) if subwords else 5
    sizes = pieces.sum(1) if subwords else lengths
    tokens = np.where(np.arange(count) < sizes[:, None], generator.integers(1, 20, (3, count)), 0)
    spelled = None
    if letters != "none":
        spelled = generator.integers(1, 9, (3, 5, 6)) * (np.arange(6) < generator.integers(1, 7, (3, 5, 1)))
        spelled *= real[..., None]
    return tokens, lengths, spelled, pieces


def compared(network, inputs):
    graph = tagger_graph(network, inputs[3] is not None)
    session = open_session(graph.model().SerializeToString(), threads=1)
    names = ("tokens", "lengths", "letters", "pieces")
    feed = {name: array for name, array in zip(names, inputs, strict=True) if array is not None}
    found, *chain = session.run(None, feed)
    with torch.no_grad():
        tensors = [None if array is None else torch.from_numpy(array) for array in inputs]
        expected = network(*tensors).numpy()
        transitions = [part.numpy() for part in network.transitions()]
    real = np.arange(5) < inputs[1][:, None]
    assert found[real] == pytest.approx(expected[real], abs=1e-6)
    for part, own in zip(chain, transitions, strict=True):
        assert np.array_equal(part, own)
    return session, feed


@pytest.mark.parametrize(
    ("letters", "subwords", "pieces"),
    [
        *itertools.product(LETTERS, ("first",), (False,)),
        *itertools.product(LETTERS, ("first", "mean"), (True,)),
    ],
)
def test_the_graph_equals_the_network(letters, subwords, pieces):
    compared(tagger(letters, subwords), batch(letters, pieces))


@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_other_cells_and_a_softmax(cell):
    compared(tagger("cnn", head=Softmax, cell=cell), batch("cnn", False))


def test_several_taggers_are_one_graph():
    members = TaggerEnsemble([tagger("lstm", seed=seed) for seed in (0, 1)]).eval()
    compared(members, batch("lstm", False))


def test_a_row_alone_equals_the_row_in_a_batch():
    session, feed = compared(tagger("lstm", "mean"), batch("lstm", True))
    together = session.run(["emissions"], feed)[0]
    size, count = feed["lengths"][2], feed["pieces"][2].sum()
    alone = {"tokens": feed["tokens"][2:, :count], "lengths": feed["lengths"][2:]}
    alone |= {"letters": feed["letters"][2:, :size], "pieces": feed["pieces"][2:, :size]}
    assert session.run(["emissions"], alone)[0][0] == pytest.approx(together[2, :size], abs=1e-6)


def test_a_cell_without_an_operator():
    compared(tagger("cnn", cell="mingru"), batch("cnn", False))

"""Attention of a few test rows is kept with a run, and read again only if it is sound."""

import json

import numpy as np
import pytest

from rnnlab.generate.sequence.decode import decode
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.generate.sequence_engine import TorchEngine
from rnnlab.kinds.text_to_text.attention import FILE, ROWS, read_attention, write_attention
from rnnlab.kinds.text_to_text.texts import reader_of


def written(network, letters, folder, **sources):
    engine, reader = TorchEngine(network.eval()), reader_of(letters)
    texts = dict(enumerate(letters.inputs("test"))) | {int(k[1:]): v for k, v in sources.items()}
    found = decode(engine, reader.sources(list(texts.values())), SequenceDecoding(beam=2))
    best = {row: one[0] for row, one in zip(texts, found, strict=True)}
    write_attention(engine, reader, texts, best, folder)
    return texts, best


def test_rows_are_drawn_evenly_with_weights_that_sum_to_one(network, letters, tmp_path):
    texts, best = written(network(), letters, tmp_path)
    found = read_attention(tmp_path)
    assert [one.row for one in found] == np.linspace(0, 8, ROWS).astype(int).tolist()
    for one in found:
        assert "".join(one.source) == texts[one.row]
        assert len(one.output) == len(best[one.row].tokens) + 1
        assert np.sum(one.weights, 1) == pytest.approx(np.ones(len(one.output)), abs=1e-3)


def test_long_sources_are_not_kept(network, letters, tmp_path):
    written(network(), letters, tmp_path, r0="a" * 31, r8="b" * 99)
    assert [one.row for one in read_attention(tmp_path)] == [1, 2, 3, 4, 5, 7]


def test_a_network_without_attention_leaves_nothing(network, letters, tmp_path):
    class Blind(TorchEngine):
        def __init__(self, whole):
            super().__init__(whole)
            self.attends = False

    write_attention(Blind(network()), reader_of(letters), {0: "ab"}, {}, tmp_path)
    assert not (tmp_path / FILE).exists()
    assert read_attention(tmp_path) == []


SOUND = {"row": 1, "source": ["a", "b"], "output": ["A"], "weights": [[0.5, 0.5]]}


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        json.dumps([{**SOUND, "weights": [[0.5]]}]),
        json.dumps([{**SOUND, "weights": [["x", "y"]]}]),
        json.dumps([{**SOUND, "weights": [[float("nan"), 1.0]]}]),
        json.dumps([{"row": 1}]),
        json.dumps(5),
    ],
)
def test_a_broken_file_is_no_attention(tmp_path, content):
    (tmp_path / FILE).write_text(content)
    assert read_attention(tmp_path) == []
    (tmp_path / FILE).write_text(json.dumps([SOUND]))
    assert len(read_attention(tmp_path)) == 1

"""Opening what is no exported model, and the pieces of what is written."""

import json

import numpy as np
import pytest

from rnnlab.errors import UserError
from rnnlab.runtime import open_model
from rnnlab.runtime.writer import Pieces, choose


def test_a_folder_that_is_no_model(tmp_path):
    with pytest.raises(UserError, match=r"is no exported model: it has no model\.onnx, tokenizer\.json"):
        open_model(tmp_path)


def test_another_format(tmp_path):
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_text("")
    (tmp_path / "runtime.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(UserError, match="was written in format 99"):
        open_model(tmp_path)


@pytest.mark.parametrize("threads", [0, -1])
def test_threads(tmp_path, threads):
    for name in ("model.onnx", "tokenizer.json", "runtime.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(UserError, match=r"threads=.*must be at least 1"):
        open_model(tmp_path, threads=threads)


class Bytes:
    """A tokenizer whose tokens are bytes, as those of some subword vocabularies are."""

    def decode(self, ids):
        return bytes(ids).decode("utf-8", "replace")


def test_pieces_wait_for_whole_characters():
    pieces = Pieces(Bytes())
    told = [pieces.add(byte) for byte in "né 😂!".encode()]
    assert told == ["n", "", "é", " ", "", "", "", "😂", "!"]


class Words:
    """A tokenizer that puts a blank between two tokens."""

    def decode(self, ids):
        return " ".join(f"w{i}" for i in ids)


def test_pieces_keep_what_joins_tokens():
    pieces = Pieces(Words())
    assert "".join(pieces.add(i) for i in range(5)) == "w0 w1 w2 w3 w4"


def test_choices_follow_their_probabilities():
    generator = np.random.default_rng(0)
    logits = np.log(np.array([0.5, 0.2, 0.2, 0.1]))
    drawn = np.bincount([choose(logits, 1.0, generator, [0]) for _ in range(20_000)], minlength=4) / 20_000
    np.testing.assert_allclose(drawn, [0, 0.4, 0.4, 0.2], atol=0.02)
    assert choose(logits, 0.0, generator, [0]) == 1
    sharp = [choose(np.array([0.0, 1.0, 2.0]), 0.01, generator, []) for _ in range(50)]
    assert set(sharp) == {2}

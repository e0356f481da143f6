"""FastText's vectors for words that the vocabulary lacks."""

import numpy as np
import pytest

from rnnlab.commands.words.oov_vectors import outside_vectors
from rnnlab.embedding.fill import Found
from rnnlab.embedding.stored import Model, Subwords, write_model


@pytest.fixture
def learned(tmp_path):
    ngrams = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    found = Found(np.zeros((3, 8), np.float32), np.ones(3, bool))
    folder = tmp_path / "learned"
    folder.mkdir()
    write_model(folder, Model(["<pad>", "<unk>", "good"], found, Subwords(ngrams, 3, 4)))
    return folder


def test_a_run_with_fasttext_gives_any_word_a_vector(make_run, learned):
    outside = outside_vectors(make_run(embedding={"folder": str(learned)}), 8)
    vector = outside("goood")
    assert vector.shape == (8,)
    assert not np.array_equal(vector, outside("bad"))


def test_without_a_model_there_is_none(make_run, learned):
    assert outside_vectors(make_run("none"), 8)("good") is None
    assert outside_vectors(make_run("null", embedding=None), 8)("good") is None
    assert outside_vectors(make_run("gone", embedding={"folder": str(learned / "gone")}), 8)("good") is None
    assert outside_vectors(make_run("other", embedding={"folder": str(learned)}), 5)("good") is None

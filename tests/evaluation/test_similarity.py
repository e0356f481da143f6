"""Cosines of embeddings."""

import sys

import numpy as np
import pytest

from rnnlab.errors import SettingError, UserError
from rnnlab.evaluation.similarity import mean_of_words, sentence_model, similarity

WORDS = {"good": 0, "great": 1, "bad": 2}
VECTORS = np.array([[1.0, 0.1], [0.9, 0.2], [-1.0, 0.0]])


def encode(texts):
    return [np.array([WORDS[word] for word in text.split()], np.int64) for text in texts]


def test_near_words_are_nearer_than_far_ones_and_no_word_is_near_nothing():
    embed = mean_of_words(VECTORS, encode)
    near, far, same, empty = similarity(
        ["good", "good", "bad good", ""], ["great", "bad", "good bad", "good"], embed
    )
    assert near > 0.98 > 0 > far
    assert same == pytest.approx(1)
    assert empty == 0


def test_the_mean_is_over_the_words():
    assert mean_of_words(VECTORS, encode)(["good bad"])[0] == pytest.approx([0.0, 0.05])


def test_a_sentence_model_is_a_local_folder(tmp_path):
    with pytest.raises(SettingError, match="must be a folder"):
        sentence_model(tmp_path / "none")


def test_what_is_not_installed_is_said(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(UserError, match=r"sentence-transformers is not installed\npip install"):
        sentence_model(tmp_path)

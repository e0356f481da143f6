from __future__ import annotations

import numpy as np
import pytest

from rnnlab.embedding.base import corpora
from rnnlab.embedding.trainable import Trainable
from rnnlab.errors import SettingError
from rnnlab.tokenizer import CharTokenizer

TOKENIZER = CharTokenizer()
TOKENIZER.train(["".join(map(chr, range(200, 500)))])
CORPUS = corpora(TOKENIZER, [np.array([2])], [np.array([0, 1])])


def test_the_network_draws_its_own_vectors_unless_something_is_asked_of_them(tmp_path):
    assert Trainable(size=8, freeze_epochs=2).vectors(CORPUS, tmp_path) is None
    assert Trainable().vectors(CORPUS, tmp_path) is None


@pytest.mark.parametrize("settings", [{"freeze": True}, {"scale": 0.2}, {"projection": 4}])
def test_vectors_are_drawn_by_the_seed_where_they_are_frozen_scaled_or_projected(tmp_path, settings):
    vectors = Trainable(size=8, **settings).vectors(CORPUS, tmp_path)
    assert vectors.matrix.shape == (302, 8)
    assert vectors.coverage is None
    assert not vectors.matrix[0].any()
    assert vectors.matrix.std() == pytest.approx(0.1, rel=0.1)
    np.testing.assert_array_equal(
        vectors.matrix, Trainable(size=8, freeze=True).vectors(CORPUS, tmp_path).matrix
    )
    with pytest.raises(SettingError, match=r"embedding\.size=null: must be a number"):
        Trainable(**settings).vectors(CORPUS, tmp_path)


def test_settings_are_plain_and_say_which_choice():
    settings = Trainable(size=8).settings()
    assert settings["type"] == "Trainable"
    assert settings["size"] == 8

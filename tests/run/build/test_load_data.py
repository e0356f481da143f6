"""`rnnlab.load_data`: the data of a training without the training."""

from __future__ import annotations

import numpy as np
import pytest

import rnnlab
from rnnlab.errors import SettingError

SYNTHETIC = ("task=classification", "data=synthetic", "data.train_rows=40", "data.validation_rows=20")


def load(tmp_path, *more):
    return rnnlab.load_data(*SYNTHETIC, "data.test_rows=20", f"paths.cache_dir={tmp_path}", *more)


def test_it_gives_prepared_data_with_what_was_learned_from_train(tmp_path):
    data = load(tmp_path)
    assert len(data.inputs("train")) == 40
    assert list(data.classes) == ["negative", "positive"]
    first = data.encoded("train").ids[: data.encoded("train").offsets[1]]
    assert data.tokenizer.decode(first.tolist()) == data.inputs("train")[0]
    assert np.bincount(data.targets("train")).tolist() == [20, 20]


def test_a_choice_changes_the_data_as_in_a_training(tmp_path):
    data = load(tmp_path, "tokenizer=char", "data.max_length=7")
    assert data.rows("train")[[0]].tokens.shape == (1, 7)
    assert len(data.tokenizer.split("film")) == 4


def test_a_wrong_choice_is_refused_as_in_a_training(tmp_path):
    with pytest.raises(SettingError, match="max_lenght"):
        load(tmp_path, "data.max_lenght=7")
    with pytest.raises(SettingError, match="max_length=0"):
        load(tmp_path, "data.max_length=0")

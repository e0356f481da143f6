"""`data.train_rows`: a part of the training data, and nothing is learned from the rest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.classification import ClassificationData
from rnnlab.data.fewer import fewer_lines, fewer_rows
from rnnlab.data.language_modeling import LanguageModelingData
from rnnlab.data.styled_data import StyledData
from rnnlab.errors import SettingError
from rnnlab.run.build.vectors import corpora_of
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import CharTokenizer, WordTokenizer


@given(st.lists(st.integers(0, 4), min_size=2, max_size=300), st.integers(1, 300), st.integers(0, 3))
def test_each_class_has_its_share_and_at_least_one_row(labels, wanted, seed):
    labels = np.array(labels)
    classes, counts = np.unique(labels, return_counts=True)
    if wanted < min(len(classes), len(labels)):
        with pytest.raises(SettingError, match="a row of each class"):
            fewer_rows(labels, wanted, seed)
        return
    rows, notes = fewer_rows(labels, wanted, seed)
    assert len(rows) == len(set(rows)) == min(wanted, len(labels))
    assert (np.diff(rows) > 0).all()
    drawn = np.bincount(labels[rows], minlength=5)[classes]
    exact = counts * len(rows) / len(labels)
    assert (drawn >= 1).all()
    assert (drawn <= np.maximum(np.ceil(exact), 1)).all()
    assert bool(notes) == (wanted < len(labels))


def test_the_draw_follows_its_seed():
    labels = np.arange(1000) % 3
    first, again, other = (fewer_rows(labels, 100, seed)[0].tolist() for seed in (0, 0, 1))
    assert first == again
    assert first != other
    assert fewer_rows(labels, 100, 0)[1] == ["100 of 1,000 train rows (data.train_rows)"]


def test_of_a_text_the_first_lines_are_taken_and_a_long_line_is_several():
    text = "one\ntwo\r\nthree\n"
    noted = ["the first 2 of 3 lines of the training text (data.train_rows)"]
    assert fewer_lines([text], 2) == fewer_lines([text[:4], text[4:]], 2) == (len("one\ntwo\r\n"), noted)
    assert fewer_lines([text], 3) == (None, [])
    assert fewer_lines([text], None) == (None, [])
    assert fewer_lines(["x" * 2500], 2)[0] == 2000
    neither_ends_a_line = "a\x85b\u2028c\rd\n\ne"
    assert fewer_lines([neither_ends_a_line], 2)[0] == len("a\x85b\u2028c\rd\n")


@pytest.fixture
def folder(tmp_path):
    lines = [f"{'good' if n % 2 else 'bad'} film word{n},{'pos' if n % 2 else 'neg'}" for n in range(200)]
    (tmp_path / "train.csv").write_text("\n".join(["text,label", *lines]) + "\n")
    (tmp_path / "more.csv").write_text("text,label\n" + "unseen words,\n" * 5)
    (tmp_path / "a.txt").write_text("".join(f"line {n} of the text\n" for n in range(400)))
    (tmp_path / "b.txt").write_text("".join(f"LINE {n} OF THE TEXT\n" for n in range(400)))
    return tmp_path


def labelled(folder, **settings):
    files = {"train": "train.csv", "unlabelled": "more.csv"}
    words, places = WordTokenizer(min_count=1), {"data_dir": folder, "cache_dir": folder / "cache"}
    data = ClassificationData("mine", files, None, None, words, Cleaner({}), workers=1, **places, **settings)
    data.prepare()
    return data


def test_vocabulary_and_vectors_learn_from_these_rows_alone_and_the_other_splits_stay(folder):
    whole, few = labelled(folder), labelled(folder, train_rows=20)
    assert few.provenance["rows"] == {**whole.provenance["rows"], "train": 20}
    assert few.class_counts == [10, 10]
    assert few.split_texts("test") == whole.split_texts("test")
    assert few.split_texts("validation") == whole.split_texts("validation")
    own = set(few.split_texts("train"))
    assert own < set(whole.split_texts("train"))
    known = {word for text in own for word in text.split()}
    assert {word for word in few.tokenizer.vocabulary if word.startswith("word")} < known
    assert "20 of 144 train rows (data.train_rows)" in few.provenance["notes"]
    assert corpora_of(few, True).num_tokens == few.provenance["tokens"]["train"]
    assert corpora_of(whole, True).num_tokens > whole.provenance["tokens"]["train"]


def test_the_cache_keeps_the_parts_apart(folder):
    assert labelled(folder, train_rows=20).provenance["cached"] is False
    assert labelled(folder, train_rows=30).provenance["cached"] is False
    assert labelled(folder).provenance["cached"] is False
    assert labelled(folder, train_rows=20).provenance["cached"] is True


def running(folder, kind, *first, **settings):
    tools = (CharTokenizer(), Cleaner({"newlines": True}))
    shape = {"batch_size": 2, "window": 16, "test_fraction": 0.1, "workers": 1}
    data = kind(*first, *tools, data_dir=folder, cache_dir=folder / "cache", **shape, **settings)
    data.prepare()
    return data


def test_language_models_read_the_first_lines(folder):
    parts = (LanguageModelingData, "mine", {"train": "a.txt"}, None, None)
    whole, few = running(folder, *parts), running(folder, *parts, train_rows=50)
    tokens = few.provenance["tokens"]
    start = "".join(f"line {n} of the text\n" for n in range(50))
    assert tokens == {**whole.provenance["tokens"], "train": len(start)}
    with pytest.raises(SettingError, match=r"data.train_rows=1: are too few lines: 2 lanes of 16 steps need"):
        running(folder, *parts, train_rows=1)


def test_of_styles_each_text_gives_as_many_lines(folder):
    few = running(folder, StyledData, "mine", ["a.txt", "b.txt"], train_rows=100)
    sizes = [style["train"] for style in few.provenance["styles"].values()]
    assert sizes == [len("".join(f"line {n} of the text\n" for n in range(50)))] * 2

"""Texts of several styles as a data module."""

import pytest

from rnnlab.data.styled_data import StyledData
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import CharTokenizer

TEXTS = {"low": "abc def\n" * 60, "high": "ABC DEF GHI\r\n" * 80, "digits": "12 345 6\n" * 50}


@pytest.fixture
def folder(tmp_path):
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_bytes(text.encode())
    return tmp_path


def module(folder, **settings):
    paths = [f"{name}.txt" for name in TEXTS]
    given = {"batch_size": 6, "window": 8, "eval_window": 16, "workers": 1, **settings}
    cleaner, tokenizer = Cleaner({"newlines": True}), CharTokenizer()
    return StyledData("mine", paths, tokenizer, cleaner, data_dir=folder, cache_dir=folder / "cache", **given)


def texts_of(data, split):
    encoded = data.encoded(split)
    cuts = zip(encoded.offsets[:-1], encoded.offsets[1:], strict=True)
    return [data.tokenizer.decode(encoded.ids[start:end]) for start, end in cuts]


def test_the_end_of_each_text_validates_and_tests(folder):
    data = module(folder, test_fraction=0.1, validation_fraction=0.2)
    data.prepare()
    whole = [text.replace("\r\n", "\n") for text in TEXTS.values()]
    parts = zip(*(texts_of(data, split) for split in ("train", "validation", "test")), strict=True)
    assert ["".join(part) for part in parts] == whole
    assert [len(text) for text in texts_of(data, "test")] == [len(t) - int(len(t) * 0.9) for t in whole]
    assert data.styles == tuple(TEXTS)
    assert data.encoded("test").labels.tolist() == [0, 1, 2]
    assert data.provenance["styles"]["low"] == {"train": 336, "validation": 96, "test": 48}
    assert data.provenance["rows"]["train"] == sum(len(text) for text in texts_of(data, "train"))
    assert data.provenance["notes"] == [
        "the test split is the last 0.1 of each text",
        "the validation split is the last 0.2 of each text",
    ]


def test_the_tokenizer_learns_from_the_training_parts_of_all_texts(folder):
    (folder / "low.txt").write_text("abc\n" * 90 + "z" * 10)
    data = module(folder)
    data.prepare()
    assert {"a", "A", "1"} < set(data.tokenizer.vocabulary)
    assert "z" not in data.tokenizer.vocabulary
    assert "not in the vocabulary" in data.provenance["notes"][-1]


def test_batches_carry_the_style_of_each_row(folder):
    data = module(folder)
    for batch in data.splits()["train"]:
        for row, style, length in zip(batch.tokens, batch.styles, batch.lengths, strict=True):
            text = data.tokenizer.decode(row[:length].tolist())
            assert set(text) <= set(list(TEXTS.values())[int(style)])
    stream = list(data.stream_dataloader("test"))
    assert [batch.fresh for batch in stream] == [True] * 3
    assert [batch.styles.tolist() for batch in stream] == [[0], [1], [2]]


def test_the_cache_serves_the_same_texts_and_other_names_have_their_own(folder):
    first, again = module(folder), module(folder)
    other = module(folder, names=["x", "y", "z"])
    for data in (first, again, other):
        data.prepare()
    assert [d.provenance["cached"] for d in (first, again, other)] == [False, True, False]
    assert texts_of(again, "train") == texts_of(first, "train")
    assert other.styles == ("x", "y", "z")


def test_what_cannot_be_is_refused(folder):
    with pytest.raises(SettingError, match=r"data\.batch_size=2: must be at least 3"):
        module(folder, batch_size=2).prepare()
    (folder / "low.txt").write_text(" \n")
    with pytest.raises(SettingError, match="the file is empty"):
        module(folder).prepare()
    (folder / "low.txt").write_bytes(b"a\xff")
    with pytest.raises(SettingError, match="UTF-8"):
        module(folder).prepare()

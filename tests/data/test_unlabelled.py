"""Texts without labels: encoded by the run's tokenizer, kept by content, and only read when asked for."""

from __future__ import annotations

from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from rnnlab.data import unlabelled
from rnnlab.data.source import ResolvedFiles
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.unlabelled import read_unlabelled
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import CharTokenizer

CLEANER = Cleaner({})


def write(path: Path, texts: list[str | None]) -> ResolvedFiles:
    """Rows as IMDB's unsupervised file has them, with a label that says nothing."""
    parquet.write_table(pyarrow.table({"text": texts, "label": [-1] * len(texts)}), path)
    return ResolvedFiles({}, "files", True, unlabelled=path)


def tokenizer_of(text: str) -> CharTokenizer:
    tokenizer = CharTokenizer()
    tokenizer.train([text])
    return tokenizer


def read(
    found: ResolvedFiles, folder: Path, letters: str = "abc", column: str = "text", cleaner: Cleaner = CLEANER
):
    reading = SplitSpec(column, "label", None, 0.1, 0.2, 0)
    return read_unlabelled(found, reading, cleaner, tokenizer_of(letters), folder, workers=1)


def test_rows_are_encoded_by_the_tokenizer_that_is_given(tmp_path):
    split = read(write(tmp_path / "more.parquet", ["ab", "cx", None]), tmp_path)
    assert split.ids.tolist() == [2, 3, 4, 1, 1]
    assert split.offsets.tolist() == [0, 2, 4, 5]
    assert split.labels.tolist() == [-1, -1, -1]
    assert split.empty == 1


def test_texts_are_read_once_for_the_same_content(tmp_path, monkeypatch):
    found = write(tmp_path / "more.parquet", ["ab"])
    first = read(found, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(unlabelled, "read_texts", lambda *args: pytest.fail("read again"))
        assert read(found, tmp_path).ids.tolist() == first.ids.tolist()
    assert read(found, tmp_path, letters="b").ids.tolist() == [1, 2]
    assert read(write(tmp_path / "more.parquet", ["ba"]), tmp_path).ids.tolist() == [3, 2]


def test_cleaning_comes_first_and_is_part_of_the_key(tmp_path):
    found = write(tmp_path / "more.parquet", ["a&amp;b"])
    assert len(read(found, tmp_path).ids) == 7
    assert len(read(found, tmp_path, cleaner=Cleaner({"html_entities": True})).ids) == 3


def test_a_data_set_without_such_texts_has_none(tmp_path):
    assert read(ResolvedFiles({}, "files", True), tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_with_the_file_is_said(tmp_path):
    with pytest.raises(SettingError, match=r"data\.files\.unlabelled=.*: the file has no rows"):
        read(write(tmp_path / "none.parquet", []), tmp_path)
    with pytest.raises(SettingError, match=r"data\.text_column=texts: no such column"):
        read(write(tmp_path / "more.parquet", ["a"]), tmp_path, column="texts")

"""Pairs of texts from files of two columns, truncated so that their mark stays."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.classification import ClassificationData
from rnnlab.data.file_format import Asked, Format
from rnnlab.data.records import read_records
from rnnlab.data.truncation import Truncation, cut
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.word import WordTokenizer

MARK = 99
ROWS = [(f"premise {n} red", f"guess {n} blue green", "yn"[n % 2]) for n in range(40)]


@given(
    st.integers(0, 12), st.integers(0, 12), st.integers(3, 30), st.sampled_from(["head", "tail", "middle"])
)
def test_the_longer_text_is_cut_and_the_mark_stays(first, second, most, how):
    ids = np.array([*range(first), MARK, *range(50, 50 + second)])
    found = cut(ids, Truncation(most, how, separator=MARK)).tolist()
    place = found.index(MARK)
    assert len(found) == min(most, len(ids))
    lengths = (place, len(found) - place - 1)
    if len(ids) > most:  # neither is cut below half of the room while the other has more
        assert lengths[0] == first or lengths[0] >= min(lengths[1], (most - 1) // 2)
        assert lengths[1] == second or lengths[1] >= (most - 1) // 2
    for text, length, whole in ((found[:place], *lengths[:1], ids[:first]),):
        assert text == cut(whole, Truncation(max(length, 1), how)).tolist()[:length]


def write(path):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("premise", "hypothesis", "label"), *ROWS])


def made(tmp_path, columns=("premise", "hypothesis"), **more):
    write(tmp_path / "pairs.csv")
    files = {"train": str(tmp_path / "pairs.csv"), "validation": None, "test": None}
    parts = (WordTokenizer(), Cleaner({"whitespace": True}))
    places = {"cache_dir": tmp_path / "cache", "text_column": columns, "workers": 1}
    return ClassificationData("pairs", files, None, None, *parts, **places, **more)


@pytest.mark.parametrize("columns", [["premise", "hypothesis"], ("premise", "hypothesis")])
def test_pairs_reach_the_batches_with_their_mark(tmp_path, columns):
    data = made(tmp_path, columns, max_length=4)
    data.prepare()
    assert set(data.inputs("test")) <= {f"{one}\t{other}" for one, other, _ in ROWS}
    rows = data.rows("train")
    batch = rows[[0, 1, 2]]
    assert (batch.tokens == data.separator).sum(1).tolist() == [1, 1, 1]
    assert batch.lengths.tolist() == rows.lengths[:3].tolist() == [4, 4, 4]


def test_the_cache_opens_pairs_again(tmp_path):
    first, again = made(tmp_path), made(tmp_path)
    first.prepare()
    again.prepare()
    assert again.provenance["cached"]
    assert again.separator == first.separator


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"columns": ["premise"]}, r"data.text_column=\[premise\]: must be one column, or two"),
        ({"columns": ["premise", "guess"]}, "data.text_column=guess: no such column"),
        ({"max_length": 2}, "data.max_length=2: must be at least 3 for pairs of texts"),
    ],
)
def test_what_makes_no_pairs_is_refused(tmp_path, settings, said):
    with pytest.raises(SettingError, match=said):
        made(tmp_path, **settings).prepare()


def test_a_missing_text_is_empty_and_lines_are_pairs_as_typed(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"p": "one", "h": None, "x": 3}), encoding="utf-8")
    columns = (("p", "h"), "x")
    (row,) = read_records(tmp_path / "a.jsonl", columns, Format(), Asked())
    assert row.cells == ("one\t", "3")
    (tmp_path / "a.txt").write_text("one\tother\n", encoding="utf-8")
    (row,) = read_records(tmp_path / "a.txt", (("p", "h"),), Format(), Asked())
    assert row.cells == ("one\tother",)

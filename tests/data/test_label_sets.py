"""Cells with several labels, and what is said of those that hold unknown ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.files import Table
from rnnlab.data.label_sets import LabelSets, parts_of
from rnnlab.data.split_spec import SplitSpec
from rnnlab.errors import SettingError

NAMES = ["art", "law", "war", "wit"]
FILES = {"train": Path("train.csv"), "test": Path("test.csv")}
PLAIN = ("text", "topics", None, 0.1, 0.2, 0)


def table(*cells):
    return Table([f"text {n}" for n in range(len(cells))], list(cells), range(1, len(cells) + 1))


def read(train, test=(), classes=None, **more):
    spec = LabelSets(*PLAIN[:2], classes, *PLAIN[3:], **more)
    tables = {"train": table(*train), "test": table(*test)} if test else {"train": table(*train)}
    return spec.targets(tables, FILES)


@given(st.lists(st.lists(st.sampled_from(NAMES), unique=True), min_size=8))
def test_flags_are_the_labels_of_a_cell_in_any_order(sets):
    sets = [NAMES, *sets]
    found = read([" ; ".join(labels) for labels in sets])
    assert found.classes == NAMES
    for flags, labels in zip(found.ids["train"], sets, strict=True):
        assert {name for name, flag in zip(NAMES, flags, strict=True) if flag} == set(labels)


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        (None, []),
        ("", []),
        ("NaN", []),
        (";art;;", ["art"]),
        ('["art", "war; and peace"]', ["art", "war; and peace"]),
        ("[art", ["[art"]),
        ("two  words ;x", ["two words", "x"]),
    ],
)
def test_parts_of_a_cell(cell, labels):
    assert parts_of(cell, ";") == labels


def test_rows_without_labels_are_legal_and_said():
    found = read(["art;law", None, ""], ["", "law"])
    assert found.ids["test"].tolist() == [[0, 0], [0, 1]]
    assert found.notes == ["2 of 3 train rows have no label"]
    note = "no train row has two labels: data.label_separator=| parts none"
    assert read(["art", "law"], separator="|").notes == [note]


def test_an_unknown_label_is_named_with_its_row():
    with pytest.raises(SettingError, match=r"row 2 of test\.csv has the label 'tax', which is none of art"):
        read(["art;law", "art"], ["law", "art;tax"])
    found = read(["art;law", "art"], ["law", "art;tax"], on_error="skip")
    assert (found.ids["test"].tolist(), found.skipped) == ([[0, 1]], {"test": 1})


def test_given_names_set_the_order():
    assert read(["art;law", "law"], classes=("law", "art")).ids["train"].tolist() == [[1, 1], [1, 0]]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["art", "art"], "have 1 label, and at least two different ones are needed"),
        ([f"a{n};b{n}" for n in range(9)], "gives 18 labels to the 9 rows"),
    ],
)
def test_columns_that_are_no_label_sets_are_refused(cells, said):
    with pytest.raises(SettingError, match=said):
        read(cells)


def test_labels_with_few_rows_are_said_and_none_at_all_is_refused():
    spec, flags = LabelSets(*PLAIN), np.array([[1, 0]] * 5 + [[1, 1]])
    assert spec.check_train(flags, ["art", "law"], FILES["train"]) == [
        "1 of 2 labels have fewer than 5 train rows: law"
    ]
    assert spec.counts(flags, ["art", "law"]) == [6, 1]
    with pytest.raises(SettingError, match=r"no train row of train\.csv has a label"):
        spec.check_train(np.zeros((3, 2)), ["art", "law"], FILES["train"])


def test_rows_are_held_out_by_their_rarest_label():
    flags = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 0], [0, 0, 0], [0, 1, 1], [1, 1, 0]])
    assert LabelSets(*PLAIN).strata(flags).tolist() == [0, 1, 0, -1, 2, 1]


def test_the_cache_keeps_separators_apart():
    assert LabelSets(*PLAIN).key({}) != LabelSets(*PLAIN, separator="|").key({}) != SplitSpec(*PLAIN).key({})

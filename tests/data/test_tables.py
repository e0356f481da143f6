"""Labels of all files of a data set together, and what is said of columns that hold no classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnlab.data.files import Table
from rnnlab.data.tables import Labelled, label_tables
from rnnlab.errors import SettingError


def table(*labels: str | None, typed: bool = False) -> Table:
    return Table([f"text {n}" for n in range(len(labels))], list(labels), range(1, len(labels) + 1), typed)


def labelled(given: tuple[str, ...] | None = None, **tables: Table) -> Labelled:
    files = {split: Path(f"{split}.csv") for split in tables}
    return label_tables(tables, files, "stars", given)


def test_a_test_file_of_numbers_alone_has_the_classes_of_the_train_file() -> None:
    found = labelled(train=table("1", "2", "3", "n/a"), test=table("3", "1", "2"))
    assert found.classes == ["1", "2", "3", "n/a"]
    assert found.ids["test"].tolist() == [2, 0, 1]
    assert found.ids["test"].dtype == np.int64
    assert found.notes == []


def test_a_test_file_of_truth_values_alone_does_too() -> None:
    found = labelled(train=table("false", "maybe", "true"), test=table("true", "false"))
    assert found.ids["test"].tolist() == [2, 0]


def test_spellings_that_look_the_same_are_one_class() -> None:
    found = labelled(train=table("caf\u00e9", "cafe\u0301", "bar", "bar\u200b"))
    assert found.classes == ["bar", "caf\u00e9"]
    assert found.ids["train"].tolist() == [1, 1, 0, 0]


def test_numbers_of_a_column_with_gaps_are_those_of_one_without() -> None:
    found = labelled(train=table("1", "2", "3"), test=table("3.0", "1.0"))
    assert found.ids["test"].tolist() == [2, 0]


def test_typed_integers_are_places_in_all_files_or_in_none() -> None:
    given = ("1", "2", "3", "n/a")
    tables = {"train": table("0", "1", "3", typed=True), "test": table("1", "2", typed=True)}
    assert labelled(given, **tables).ids["test"].tolist() == [1, 2]
    assert labelled(given, **{**tables, "train": table("1", "2", typed=True)}).ids["test"].tolist() == [0, 1]


def test_integers_of_a_hub_s_class_label_are_places_though_the_names_are_numbers() -> None:
    train = table("0", "1", "2", typed=True)._replace(places=True)
    assert labelled(("1", "2", "3"), train=train).ids["train"].tolist() == [0, 1, 2]
    assert labelled(None, train=train).classes == ["0", "1", "2"]
    with pytest.raises(SettingError, match="has the label '0', which is none of 1, 2, 3"):
        labelled(("1", "2", "3"), train=table("0", "1", "2", typed=True))


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        (
            ("a", "b", None),
            ("a",),
            r"=stars: row 3 of train\.csv has no label; data.on_error=skip leaves such rows out$",
        ),
        (
            ("a", "nan", "b", "", "NaN"),
            ("a",),
            r"row 2 of train\.csv has no label, nor have 2 more; data",
        ),
        (
            ("a", "b"),
            ("a", "c", "d"),
            r"row 2 of test\.csv has the label 'c', .* a, b .*, nor have 1 more",
        ),
    ],
)
def test_a_label_that_is_missing_or_no_class_is_named_with_its_row(
    train: tuple[str | None, ...], test: tuple[str | None, ...], message: str
) -> None:
    with pytest.raises(SettingError, match=message):
        labelled(train=table(*train), test=table(*test))


def test_nan_is_a_class_where_it_is_named() -> None:
    assert labelled(("nan", "flat"), train=table("nan", "flat")).ids["train"].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (["0.5", "1.5", "2.0"], "numbers with decimals"),
        (["2024-01-02", "2024-01-03"], "dates"),
        (["2024-01-02 10:00:00", "2024-01-03T10:00"], "dates"),
        (["2.1.2024", "13.1.2024"], "dates"),
    ],
)
def test_classes_that_look_like_something_else_are_noted(labels: list[str], kind: str) -> None:
    notes = labelled(train=table(*labels * 5)).notes
    assert len(notes) == 1
    assert notes[0].startswith(f"the {len(labels)} classes look like {kind} ({sorted(labels)[0]}, ")
    assert labelled(tuple(labels), train=table(*labels)).notes == []


@pytest.mark.parametrize("labels", [["1", "2"], ["1.0", "2.0"], ["v1.2", "v1.3"], ["a", "b"], ["1e5", "2e5"]])
def test_classes_that_look_like_classes_are_not(labels: list[str]) -> None:
    assert labelled(train=table(*labels * 5)).notes == []


def test_nearly_as_many_classes_as_rows_are_refused_unless_they_are_named() -> None:
    scores = [f"{n / 7:.3f}" for n in range(30)]
    with pytest.raises(SettingError) as error:
        labelled(train=table(*scores, *scores[:20]))
    assert str(error.value) == (
        "data.label_column=stars: gives 30 classes to the 50 rows of train.csv, fewer than two rows a class\n"
        "name the column of the labels, or with data.classes=[...] the classes that are meant"
    )
    assert labelled(tuple(scores), train=table(*scores)).classes == scores
    assert len(labelled(train=table(*scores, *scores)).classes) == 30
    assert len(labelled(train=table(*"abcdefghi")).classes) == 9

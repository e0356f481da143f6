"""Labels that are numbers, and what is said of those that are none."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.files import Table
from rnnlab.data.numbers import Numbers, Reals
from rnnlab.errors import SettingError


def table(*labels):
    return Table([f"text {n}" for n in range(len(labels))], list(labels), range(1, len(labels) + 1))


def read(*labels, classes=None, on_error="stop"):
    spec = Numbers("text", "stars", classes, 0.1, 0.2, 0, on_error=on_error)
    return spec.targets({"train": table(*labels)}, {"train": Path("rows.csv")})


@given(st.floats(-1e30, 1e30))
def test_a_number_is_read_as_python_writes_it(value):
    assert Reals().find(repr(value)) == value


@pytest.mark.parametrize(
    ("label", "value"), [("3", 3), (" 4.0 ", 4), ("-.5", -0.5), ("+1e-3", 0.001), ("5.", 5)]
)
def test_other_ways_to_write_one(label, value):
    assert Reals().find(label) == value


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("four", "has the label 'four', which is no number"),
        ("1_000", "which is no number"),
        ("3,5", "which is no number: write 3.5, with a point"),
        ("2024-01-05", "which is no number but looks like a date"),
        ("inf", "which is not between -1e\\+30 and 1e\\+30"),
        ("-1e31", "which is not between"),
        ("NaN", "row 2 of rows.csv has no label"),
        (None, "row 2 of rows.csv has no label"),
    ],
)
def test_what_is_no_number_is_named_with_its_row(label, said):
    with pytest.raises(SettingError, match=said):
        read("1", label, "2")
    found = read("1", label, "2", on_error="skip")
    assert (found.ids["train"].tolist(), found.skipped) == ([1, 2], {"train": 1})


def test_words_with_an_order_are_the_numbers_of_their_places():
    found = read("low", "high", "medium", "2", classes=("low", "medium", "high"))
    assert found.ids["train"].tolist() == [0, 2, 1, 2]
    assert found.classes == []


def test_digits_that_are_lost_are_said():
    assert read("1700000000", "1700000001", "0.25").notes == [
        "1 of 3 numbers differ beyond the seven digits that are kept"
    ]
    assert read("1.5", "2.5").notes == []


def test_equal_numbers_cannot_be_learned():
    with pytest.raises(SettingError, match=r"every train row of rows\.csv has the number 3; at least two"):
        Numbers("text", "stars", None, 0.1, 0.2, 0).check_train(np.array([3.0, 3.0]), [], Path("rows.csv"))


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60))
def test_rows_are_held_out_of_groups_of_similar_numbers(values):
    numbers = np.array(values)
    groups = Numbers("text", "stars", None, 0.1, 0.2, 0).strata(numbers)
    ends = {group: (numbers[groups == group].min(), numbers[groups == group].max()) for group in set(groups)}
    ordered = [ends[group] for group in sorted(ends)]
    assert all(one[1] < other[0] for one, other in pairwise(ordered))
    assert len(ordered) <= 10

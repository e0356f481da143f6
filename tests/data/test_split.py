"""Rows held out: by label, whole groups of the same text, by seed alone."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.data.split import count_known, hold_out, shared_rows
from rnnlab.errors import SettingError

# few different texts, so that there are many the same; case and white space do not tell texts apart
TEXTS = st.sampled_from(
    ["", " ", "a film", "A  FILM ", "b", "B\n", *(f"text {number}" for number in range(20))]
)
ROWS = st.lists(st.tuples(TEXTS, st.integers(0, 2)), min_size=2, max_size=60)
FRACTIONS = st.floats(0.05, 0.95)


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


def divide(
    rows: list[tuple[str, int]], fraction: float, seed: int = 0
) -> tuple[np.ndarray, np.ndarray] | None:
    """The two sides; None where the texts are too few for two."""
    texts, labels = zip(*rows, strict=True)
    firsts = {folded(text): label for text, label in reversed(rows)}
    if max(Counter(firsts.values()).values()) > 1:
        return hold_out(texts, labels, fraction, seed)
    with pytest.raises(SettingError, match=r"too few different texts|no label has two different texts"):
        hold_out(texts, labels, fraction, seed)
    return None


@given(ROWS, FRACTIONS, st.integers(0, 5))
@settings(deadline=None)
def test_every_row_is_on_one_side_and_so_are_the_same_texts(
    rows: list[tuple[str, int]], fraction: float, seed: int
) -> None:
    sides = divide(rows, fraction, seed)
    if sides is None:
        return
    kept, held = sides
    assert sorted([*kept, *held]) == list(range(len(rows)))
    assert list(kept) == sorted(kept)
    assert list(held) == sorted(held)
    assert len(kept)
    assert len(held)
    assert not {folded(rows[row][0]) for row in kept} & {folded(rows[row][0]) for row in held}


@given(st.lists(st.integers(0, 2), min_size=4, max_size=200), FRACTIONS)
@settings(deadline=None)
def test_each_label_gives_its_fraction(labels: list[int], fraction: float) -> None:
    sides = divide([(f"text {row}", label) for row, label in enumerate(labels)], fraction)
    if sides is None:
        return
    held = Counter(labels[row] for row in sides[1])
    for label, number in Counter(labels).items():
        assert abs(held[label] - fraction * number) <= 1


@given(ROWS, FRACTIONS, st.integers(0, 5))
@settings(deadline=None)
def test_the_seed_alone_decides(rows: list[tuple[str, int]], fraction: float, seed: int) -> None:
    first, again = divide(rows, fraction, seed), divide(rows, fraction, seed)
    if first is not None and again is not None:
        np.testing.assert_array_equal(first[1], again[1])


def test_another_seed_holds_out_other_rows() -> None:
    rows = [(f"text {row}", row % 2) for row in range(100)]
    sides = [divide(rows, 0.2, seed) for seed in range(2)]
    assert sides[0] is not None
    assert sides[1] is not None
    assert list(sides[0][1]) != list(sides[1][1])
    assert len(sides[0][1]) == len(sides[1][1]) == 20


def test_a_text_that_is_most_of_the_rows_stays_in_train() -> None:
    texts = ["the same"] * 50 + [f"text {row}" for row in range(10)]
    kept, held = hold_out(texts, ["a"] * 60, 0.1, 0)
    assert len(held) == 6
    assert set(range(50)) <= set(kept)


def test_blocks_of_neighbours_of_a_label_are_on_one_side() -> None:
    labels = [row % 2 for row in range(400)]
    kept, held = hold_out([f"text {row}" for row in range(400)], labels, 0.1, 0, block=10)
    assert len(held) == 40
    for label in (0, 1):
        rows = [row for row in range(400) if row % 2 == label]
        for start in range(0, 200, 10):
            assert len({row in held for row in rows[start : start + 10]}) == 1
    assert sorted([*kept, *held]) == list(range(400))


def test_a_block_of_one_row_changes_nothing() -> None:
    texts, labels = [f"text {row}" for row in range(60)], [row % 3 for row in range(60)]
    for fraction in (0.1, 0.35):
        rows = [hold_out(texts, labels, fraction, 3, *block)[1] for block in ((), (1,))]
        np.testing.assert_array_equal(*rows)


def test_a_block_is_no_larger_than_what_is_wanted() -> None:
    _, held = hold_out([f"text {row}" for row in range(100)], ["a"] * 100, 0.1, 0, block=50)
    assert len(held) == 10
    assert held[-1] - held[0] == 9


def test_a_small_class_is_in_both_sides() -> None:
    _, held = hold_out([f"text {row}" for row in range(102)], ["a"] * 100 + ["b"] * 2, 0.1, 0)
    assert sum(row >= 100 for row in held) == 1


@pytest.mark.parametrize(
    ("labels", "rows", "fraction", "held"),
    [
        (2000, 3, 0.2, 1200),
        (2000, 2, 0.2, 800),
        (50, 8, 0.2, 80),
        (40, 3, 0.5, 60),
        (2, 2, 0.2, 1),
        (9, 2, 0.9, 9),
    ],
)
def test_many_labels_of_few_rows_give_the_fraction_together(
    labels: int, rows: int, fraction: float, held: int
) -> None:
    each = [row % labels for row in range(labels * rows)]
    texts = [f"text {row}" for row in range(labels * rows)]
    found = hold_out(texts, each, fraction, 0)[1]
    assert len(found) == held
    given = Counter(each[row] for row in found)
    assert max(given.values()) <= rows - 1
    assert max(given.values()) - min(given.get(label, 0) for label in range(labels)) <= 1
    np.testing.assert_array_equal(hold_out(texts, each, fraction, 0)[1], found)
    if held > 1:
        assert list(hold_out(texts, each, fraction, 1)[1]) != list(found)


def test_labels_of_one_row_stay_in_train() -> None:
    labels = [*range(100), *[100] * 10]
    _, held = hold_out([f"text {row}" for row in range(110)], labels, 0.2, 0)
    assert all(row >= 100 for row in held)
    assert len(held) == 2


def test_labels_that_have_a_text_each_cannot_be_split() -> None:
    with pytest.raises(
        SettingError, match=r"no label has two different texts in 4 rows: each is needed to tr"
    ):
        hold_out(["a", "b", "c", "c "], [0, 1, 2, 2], 0.2, 0)


def test_large_labels_are_split_as_before() -> None:
    """The rows of figures that are recorded: each label's share is rounded by itself."""
    labels = [0] * 58 + [1] * 58 + [2] * 58 + [3] * 58
    _, held = hold_out([f"text {row}" for row in range(232)], labels, 0.2, 0)
    assert Counter(labels[row] for row in held) == {0: 12, 1: 12, 2: 12, 3: 12}


def test_rows_that_stand_in_two_files_are_counted() -> None:
    texts = {"train": ["A film", "b", "", "b"], "test": ["a  FILM", "c", "", "b", "b"], "validation": ["c"]}
    assert count_known(texts["test"], texts["train"]) == 3
    found, notes = shared_rows(texts)
    assert found == {"test": {"train": 3, "validation": 1}}
    assert notes == ["3 of 5 test rows stand in train too", "1 of 5 test rows stand in validation too"]
    assert shared_rows({"train": ["a"], "test": ["b"]}) == ({}, [])


def test_indices_are_int64() -> None:
    kept, held = hold_out(["a", "b", "c"], ["x"] * 3, 0.3, 0)
    assert kept.dtype == held.dtype == np.int64


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.1, 1.5])
def test_a_fraction_that_leaves_one_side_empty_is_refused(fraction: float) -> None:
    with pytest.raises(SettingError, match=f"fraction={fraction}: must lie between 0 and 1"):
        hold_out(["a", "b"], [0, 0], fraction, 0)


def test_one_text_cannot_be_split() -> None:
    with pytest.raises(SettingError, match="too few different texts to hold some out of 3 rows"):
        hold_out(["a", "A ", " a"], [0, 0, 0], 0.5, 0)

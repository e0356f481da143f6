"""Scores by group of rows are those of the group's rows alone; every row is in one group."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.evaluation.sequence.breakdown import (
    breakdown,
    by_length_ratio,
    by_repetition,
    by_source_length,
    by_unknown_words,
)
from rnnlab.evaluation.sequence.measures import corpus_scores, statistics
from rnnlab.evaluation.sequence.pairs import Written

SOURCES = ["a", "a b", "a b c", "a b c d", "a b c d e", "a b c d e f", "a b c d e f g"]
REFERENCES = ["w x y z"] * 7
OUTPUTS = ["w x y z", "w x", "w x y z v w", "w x y z", "x y z x y z", "w", "w x y z"]
WRITTEN = Written(SOURCES, REFERENCES, OUTPUTS)


def test_groups_have_the_scores_of_their_rows():
    names = ["bleu", "exact_match"]
    found = breakdown(statistics(names, WRITTEN), by_source_length(WRITTEN), resamples=10)
    assert [one.label for one in found] == ["1 to 2", "3", "4", "5", "6", "7"]
    first = corpus_scores(names, SOURCES[:2], REFERENCES[:2], OUTPUTS[:2])
    assert {name: one.value for name, one in found[0].scores.items()} == first
    assert sum(one.rows for one in found) == 7


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (by_unknown_words([0, 1, 0, 5, 2, 0, 1]), {"0": [0, 2, 5], "1": [1, 6], "2 or more": [3, 4]}),
        (by_length_ratio(WRITTEN), {"below 0.8": [1, 5], "0.8 to 1.25": [0, 3, 6], "above 1.25": [2, 4]}),
        (by_repetition(WRITTEN), {"no repetition": [0, 1, 2, 3, 5, 6], "repetitions": [4]}),
    ],
)
def test_groups_hold_the_rows_that_they_name(groups, expected):
    assert {one.label: one.rows.tolist() for one in groups} == expected


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_each_row_is_in_one_group(lengths):
    texts = Written(
        [" ".join("w" * length) for length in lengths], ["x"] * len(lengths), ["x"] * len(lengths)
    )
    for groups in (by_source_length(texts), by_length_ratio(texts), by_repetition(texts)):
        assert sorted(np.concatenate([one.rows for one in groups])) == list(range(len(lengths)))

"""Parts of the rows, and the mistakes that come first."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.evaluation.groups import (
    by_confidence,
    by_value,
    least_confident,
    most_confident_mistakes,
    wilson,
)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=60), st.integers(1, 9))
def test_every_row_is_in_one_group_and_equal_values_are_together(values, number):
    values = np.array(values)
    found = by_value(values, values % 2 == 0, number)
    assert sum(group.rows for group in found) == len(values)
    assert len(found) <= number
    for before, after in pairwise(found):
        assert before.high < after.low
    right = sum(round(group.accuracy * group.rows) for group in found)
    assert right == (values % 2 == 0).sum()


def test_no_rows_have_no_groups():
    assert by_value(np.array([]), np.array([], bool)) == []


def test_confidence_is_cut_at_tenths():
    probabilities = np.array([[0.5, 0.5], [0.6, 0.4], [0.95, 0.05], [1.0, 0.0]])
    found = by_confidence(probabilities, np.array([True, False, True, True]))
    assert [(round(g.low, 1), round(g.high, 1), g.rows, g.accuracy) for g in found] == [
        (0.5, 0.6, 1, 1.0),
        (0.6, 0.7, 1, 0.0),
        (0.9, 1.0, 2, 1.0),
    ]


def test_the_surest_mistake_comes_first_and_right_rows_never():
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.99, 0.01], [0.3, 0.7]])
    places = most_confident_mistakes(np.array([1, 1, 0, 0]), probabilities)
    assert places.tolist() == [0, 3, 1]
    assert most_confident_mistakes(np.array([1, 1, 0, 0]), probabilities, 1).tolist() == [0]
    assert least_confident(probabilities, 2).tolist() == [1, 3]


@pytest.mark.parametrize(("right", "rows"), [(0, 5), (5, 5), (3, 10), (250, 1000)])
def test_the_interval_equals_scipy(right, rows):
    from scipy.stats import binomtest

    expected = binomtest(right, rows).proportion_ci(method="wilson")
    assert wilson(right, rows) == pytest.approx((expected.low, expected.high), abs=1e-9)

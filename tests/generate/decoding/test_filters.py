"""Each filter against its definition, by hand and on random logits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnlab.generate.decoding import filters

SHARES = np.array([[0.5, 0.25, 0.15, 0.1]])
LOGITS = np.log(SHARES)
RANDOM = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(2, 9)), elements=st.floats(-8, 8))
INSIDE = st.floats(0.01, 0.999)


def kept(logits: np.ndarray) -> list[int]:
    return np.flatnonzero(np.isfinite(logits[0])).tolist()


def softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(filters.log_softmax(logits))


def test_temperature_divides():
    for value in (0.5, 2.0):
        expected = SHARES ** (1 / value)
        np.testing.assert_allclose(softmax(filters.temperature(LOGITS, value)), expected / expected.sum())
    assert np.isfinite(softmax(filters.temperature(LOGITS * 1e3, 1e-30))).all()


@pytest.mark.parametrize(("count", "expected"), [(1, [0]), (2, [0, 1]), (3, [0, 1, 2]), (9, [0, 1, 2, 3])])
def test_top_k(count, expected):
    assert kept(filters.top_k(LOGITS, count)) == expected


def test_top_k_keeps_equals():
    assert kept(filters.top_k(np.array([[1.0, 1.0, 0.0]]), 1)) == [0, 1]


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.3, [0]), (0.5, [0]), (0.51, [0, 1]), (0.75, [0, 1]), (0.9, [0, 1, 2]), (1.0, [0, 1, 2, 3])],
)
def test_top_p(share, expected):
    assert kept(filters.top_p(LOGITS, share)) == expected


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, [0, 1, 2, 3]), (0.2, [0, 1, 2, 3]), (0.31, [0, 1]), (0.99, [0])]
)
def test_min_p(share, expected):
    assert kept(filters.min_p(LOGITS, share)) == expected


def test_typical_takes_first_what_is_as_surprising_as_the_mean():
    surprise = -LOGITS[0]
    entropy = float((SHARES[0] * surprise).sum())
    order = np.argsort(np.abs(surprise - entropy))
    assert order[0] == 1  # neither the likeliest
    assert kept(filters.typical(LOGITS, 0.2)) == [1]
    assert kept(filters.typical(LOGITS, 0.26)) == sorted(order[:2].tolist())
    assert kept(filters.typical(LOGITS, 1.0)) == [0, 1, 2, 3]


def test_typical_takes_what_is_forbidden_as_impossible():
    logits = filters.ban(LOGITS, [3])
    assert 3 not in kept(filters.typical(logits, 0.99))


def test_repetition_divides_above_0_and_multiplies_below():
    logits, counts = np.array([[2.0, -2.0, 2.0, -2.0]]), np.array([[1, 3, 0, 0]])
    np.testing.assert_array_equal(filters.repetition(logits, counts, 2.0), [[1.0, -4.0, 2.0, -2.0]])
    assert filters.repetition(logits, counts, 1.0) is logits


def test_frequency_takes_off_for_each_time():
    np.testing.assert_array_equal(
        filters.frequency(np.zeros((1, 3)), np.array([[2, 1, 0]]), 0.5), [[-1, -0.5, 0]]
    )


@pytest.mark.parametrize(
    ("history", "size", "expected"),
    [
        ([0, 1, 2, 0, 1], 3, [0, 1, 3]),  # 0 1 2 was there
        ([0, 1, 2, 0, 1], 2, [0, 1, 3]),  # 1 2 was
        ([0, 1, 2, 0], 2, [0, 2, 3]),  # 0 1 was
        ([0, 1], 1, [2, 3]),
        ([0], 3, [0, 1, 2, 3]),
        ([0, 1, 2, 3], 1, [0, 1, 2, 3]),  # all were: nothing would be left
        ([], 2, [0, 1, 2, 3]),
    ],
)
def test_no_repeat(history, size, expected):
    assert kept(filters.no_repeat(LOGITS, [history], size)) == expected


def test_sequences_are_not_finished():
    logits = np.zeros((2, 4))
    found = filters.unfinished(logits, [[3, 0, 1], [0, 2]], [(0, 1, 2), (2, 3), (1, 3)])
    np.testing.assert_array_equal(np.isfinite(found), [[1, 1, 0, 0], [1, 1, 1, 0]])
    assert np.isfinite(logits).all()


@given(RANDOM, INSIDE)
def test_the_fewest_that_reach_the_share(logits, share):
    for apply in (filters.top_p, filters.typical):
        found = apply(logits, share)
        chances = softmax(logits)
        for row, kept_row, chance in zip(found, np.isfinite(found), chances, strict=True):
            assert kept_row.any()
            assert chance[kept_row].sum() >= share - 1e-9
            assert (row[kept_row] == logits[found.tolist().index(row.tolist())][kept_row]).all()


@given(RANDOM, st.integers(1, 9), INSIDE)
def test_the_likeliest_always_stays(logits, count, share):
    best = logits.argmax(axis=1)
    for found in (filters.top_k(logits, count), filters.top_p(logits, share), filters.min_p(logits, share)):
        assert np.isfinite(found[np.arange(len(best)), best]).all()
        assert np.isfinite(filters.temperature(found, 0.1)[np.arange(len(best)), best]).all()


@given(RANDOM)
def test_log_softmax_sums_to_one(logits):
    np.testing.assert_allclose(softmax(logits).sum(axis=1), 1)


def test_the_log_of_a_token_is_its_entry():
    logits, tokens = np.array([[0.5, -1.0, 3.0], [2.0, 2.0, -9.0]]), np.array([1, 2])
    np.testing.assert_array_equal(filters.log_of(logits, tokens), filters.log_softmax(logits)[[0, 1], tokens])

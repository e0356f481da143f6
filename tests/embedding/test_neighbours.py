from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.embedding.neighbours import neighbours

MATRIX = np.array([[9, 9], [9, 8], [1, 0], [2, 0.1], [0, 3], [0, 0], [-1, 0]])


def test_nearest_are_those_of_the_smallest_angle_and_never_pad_unknown_or_zero():
    assert neighbours(MATRIX, 2).tolist() == [[-1, -1], [-1, -1], [3, 4], [2, 4], [3, 2], [-1, -1], [4, 3]]


def test_where_there_are_too_few_the_rest_is_marked():
    assert neighbours(MATRIX, 4)[2].tolist() == [3, 4, 6, -1]
    assert neighbours(MATRIX[:3], 2).tolist() == [[-1, -1]] * 3
    with pytest.raises(ValueError, match="k=0 must be at least 1"):
        neighbours(MATRIX, 0)


@given(size=st.integers(3, 400), k=st.integers(1, 12), block=st.integers(1, 50), seed=st.integers(0, 99))
def test_the_table_is_that_of_a_whole_sort(size: int, k: int, block: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).normal(size=(size, 6)).astype(np.float32)
    table = neighbours(matrix, k, block)
    assert table.shape == (size, k)
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -2)
    for row in range(2, size):
        expected = np.sort(cosines[row, 2:])[::-1][: min(k, size - 3)]
        ids = table[row][table[row] >= 0]
        np.testing.assert_allclose(cosines[row, ids], expected, atol=1e-6)
        assert len(set(ids.tolist())) == len(ids)
        assert ids.min(initial=2) >= 2


@pytest.mark.long
def test_thirty_thousand_words_take_seconds():
    matrix = np.random.default_rng(0).normal(size=(30_000, 128)).astype(np.float32)
    start = time.process_time()
    neighbours(matrix, 10)
    assert time.process_time() - start < 60

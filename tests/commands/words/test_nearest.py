"""Nearest by cosine."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.commands.words.nearest import nearest, to_json
from rnnlab.commands.words.query import Query
from rnnlab.commands.words.trained_vectors import unit

NAMES = [f"word{number}" for number in range(12)]


@given(st.integers(0, 1000), st.integers(1, 20))
def test_neighbours_are_the_largest_cosines_in_order(seed, top):
    matrix = np.random.default_rng(seed).normal(size=(12, 5))
    matrix[11] = 0  # a token without a vector
    found = nearest(Query("word3", matrix[3], [3]), unit(matrix), NAMES, top, skipped=[0, 1])
    cosines = {
        i: matrix[i] @ matrix[3] / np.linalg.norm(matrix[i]) / np.linalg.norm(matrix[3])
        for i in range(2, 11)
        if i != 3
    }
    expected = sorted(cosines, key=cosines.get, reverse=True)[:top]
    assert [neighbour.id for neighbour in found] == expected
    assert [neighbour.cosine for neighbour in found] == pytest.approx([cosines[i] for i in expected])


def test_equal_cosines_keep_the_order_of_the_vocabulary():
    found = nearest(Query("a", np.array([1.0, 0.0])), unit(np.ones((12, 2))), NAMES, 12, skipped=[0])
    assert [neighbour.id for neighbour in found] == list(range(1, 12))


def test_json_names_the_word_its_ids_and_its_neighbours():
    asked = Query("word2", np.array([1.0, 0.0]), [2])
    found = nearest(asked, np.array([[1.0, 0.0]] * 4), NAMES, 1, skipped=[0])
    assert to_json(asked, found) == {
        "word": "word2",
        "ids": [2],
        "note": "",
        "neighbours": [{"id": 1, "token": "word1", "cosine": 1.0}],
    }

import numpy as np
import pytest

from rnnlab.data.augment.neighbours import Neighbours

TABLE = np.array([[3, 4], [3, 4], [1, 3], [2, 4], [-1, -1], [4, 2]])
WORDS = np.array([False, False, True, True, True, True])


def test_only_words_are_drawn_and_all_of_them():
    neighbours = Neighbours(TABLE, WORDS)
    assert neighbours.known(np.arange(6)).tolist() == [False, False, True, True, False, True]
    drawn = neighbours.draw(np.tile([2, 3, 5], 50), np.random.default_rng(0)).reshape(50, 3)
    assert [set(column) for column in drawn.T.tolist()] == [{3}, {2, 4}, {2, 4}]


def test_a_table_of_another_vocabulary_is_refused():
    with pytest.raises(ValueError, match="table has 6 rows and the vocabulary 5 tokens"):
        Neighbours(TABLE, WORDS[:5])

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.window import shuffle_window


@given(
    free=st.lists(st.booleans(), min_size=1, max_size=40),
    window=st.integers(0, 6),
    seed=st.integers(0, 99),
)
def test_no_token_moves_further_than_the_window_or_past_one_that_may_not_move(free, window, seed):
    free, ids = np.array(free), np.arange(len(free))
    result = shuffle_window(ids, free, window, np.random.default_rng(seed))
    assert sorted(result) == ids.tolist()
    assert np.abs(result - ids).max() <= window
    assert (result[~free] == ids[~free]).all()
    stretch = np.cumsum(~free)
    assert (stretch[result] == stretch).all()


def test_a_window_of_one_reaches_the_next_place():
    ids, free = np.arange(30), np.ones(30, dtype=bool)
    moves = shuffle_window(ids, free, 1, np.random.default_rng(0)) - ids
    assert set(moves.tolist()) == {-1, 0, 1}

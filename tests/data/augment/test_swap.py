import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.swap import swap

TOKENS = st.lists(st.tuples(st.integers(1, 50), st.booleans()), min_size=1, max_size=30)
SHARES, SEEDS = st.floats(0, 1), st.integers(0, 99)


@given(tokens=TOKENS, share=SHARES, seed=SEEDS)
def test_the_same_tokens_are_there_and_those_that_may_not_move_stand_still(tokens, share, seed):
    ids, free = (np.array(part) for part in zip(*tokens, strict=True))
    before = ids.copy()
    result = swap(ids, free, share, np.random.default_rng(seed))
    assert sorted(result) == sorted(ids)
    assert (result[~free] == ids[~free]).all()
    assert (ids == before).all()


def test_two_tokens_change_places_in_a_short_text():
    ids = np.arange(8)
    for seed in range(20):
        result = swap(ids, np.ones(8, dtype=bool), 0.1, np.random.default_rng(seed))
        assert (result != ids).sum() == 2


def test_a_share_of_zero_and_a_text_of_one_word_are_left_alone():
    rng = np.random.default_rng(0)
    assert swap(np.arange(8), np.ones(8, dtype=bool), 0.0, rng).tolist() == list(range(8))
    assert swap(np.array([4]), np.ones(1, dtype=bool), 1.0, rng).tolist() == [4]

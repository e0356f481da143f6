import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.deletion import delete

TOKENS = st.lists(st.tuples(st.integers(1, 50), st.booleans()), min_size=1, max_size=30)


def is_part(short, long):
    rest = iter(long)
    return all(token in rest for token in short)


@given(tokens=TOKENS, share=st.floats(0, 1), seed=st.integers(0, 99))
def test_some_is_left_in_its_order_and_what_may_not_go_stays(tokens, share, seed):
    ids, free = (np.array(part) for part in zip(*tokens, strict=True))
    result = delete(ids, free, share, np.random.default_rng(seed))
    assert len(result) >= 1
    assert is_part(result.tolist(), ids.tolist())
    assert is_part(ids[~free].tolist(), result.tolist())
    assert share > 0 or result.tolist() == ids.tolist()


def test_the_share_is_that_of_the_tokens_that_go():
    ids = np.arange(20_000)
    result = delete(ids, np.ones(len(ids), dtype=bool), 0.1, np.random.default_rng(0))
    assert abs(1 - len(result) / len(ids) - 0.1) < 0.01


def test_of_a_text_that_would_be_gone_any_word_may_stay():
    ids, free = np.arange(4), np.ones(4, dtype=bool)
    left = [delete(ids, free, 1.0, np.random.default_rng(seed)).tolist() for seed in range(40)]
    assert {len(row) for row in left} == {1}
    assert {row[0] for row in left} == {0, 1, 2, 3}

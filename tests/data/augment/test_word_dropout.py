import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.word_dropout import drop_words

TOKENS = st.lists(st.tuples(st.integers(2, 50), st.booleans()), min_size=1, max_size=30)


@given(tokens=TOKENS, share=st.floats(0, 1), seed=st.integers(0, 99))
def test_each_token_is_itself_or_unknown_and_marks_are_themselves(tokens, share, seed):
    ids, free = (np.array(part) for part in zip(*tokens, strict=True))
    result = drop_words(ids, free, share, np.random.default_rng(seed))
    changed = result != ids
    assert (result[changed] == 1).all()
    assert not changed[~free].any()
    assert share > 0 or not changed.any()


def test_the_share_is_that_of_the_tokens_that_change():
    result = drop_words(np.full(20_000, 7), np.ones(20_000, dtype=bool), 0.3, np.random.default_rng(0))
    assert abs((result == 1).mean() - 0.3) < 0.01

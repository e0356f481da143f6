import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.batch_boundaries import cut_rows, cut_tokens, split_until


@given(count=st.integers(0, 200), size=st.integers(1, 40))
def test_rows_are_cut_into_nearly_equal_parts(count, size):
    sizes = np.diff(cut_rows(count, size))
    assert sizes.sum() == count
    assert len(sizes) == -(-count // size)
    assert count == 0 or (sizes.max() <= size and sizes.max() - sizes.min() <= 1)


def test_tokens_are_cut_where_the_padded_batch_would_grow_too_large():
    assert cut_tokens(np.array([1, 2, 3, 4, 9]), None, 8).tolist() == [0, 2, 4, 5]
    assert cut_tokens(np.array([1, 1, 1, 1]), 3, 8).tolist() == [0, 3, 4]


def test_the_largest_batches_are_halved_until_all_ranks_have_as_many():
    assert split_until(np.array([0, 4, 6]), 3).tolist() == [0, 2, 4, 6]
    assert split_until(np.array([0, 1, 2]), 3).tolist() == [0, 1, 2]

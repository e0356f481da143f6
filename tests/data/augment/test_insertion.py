import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.insertion import insert
from rnnlab.data.augment.neighbours import Neighbours

SIZE = 12
TABLE = (np.arange(SIZE)[:, None] + [1, 2]) % SIZE
NEIGHBOURS = Neighbours(TABLE, np.arange(SIZE) > 3)


@given(
    ids=st.lists(st.integers(1, SIZE - 1), min_size=1, max_size=30),
    share=st.floats(0, 1),
    seed=st.integers(0, 99),
    closed=st.booleans(),
)
def test_neighbours_of_the_row_come_in_and_nothing_goes(ids, share, seed, closed):
    ids = np.array(ids)
    result = insert(ids, NEIGHBOURS, share, np.random.default_rng(seed), closed)
    known = NEIGHBOURS.known(ids)
    more = max(1, int(share * len(ids))) if share and known.any() else 0
    assert len(result) == len(ids) + more
    rest = iter(result.tolist())
    assert all(token in rest for token in ids.tolist())
    new = np.bincount(result, minlength=SIZE) - np.bincount(ids, minlength=SIZE)
    assert set(np.flatnonzero(new)) <= set(TABLE[ids[known]].ravel().tolist()) - {0, 1, 2, 3}
    assert not closed or result[-1] == ids[-1]

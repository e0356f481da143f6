import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.neighbours import Neighbours
from rnnlab.data.augment.replacement import replace

SIZE = 12
TABLE = (np.arange(SIZE)[:, None] + [1, 2]) % SIZE
NEIGHBOURS = Neighbours(TABLE, np.arange(SIZE) > 3)


@given(
    ids=st.lists(st.integers(1, SIZE - 1), min_size=1, max_size=30),
    share=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_so_many_words_become_a_neighbour_and_all_else_stays(ids, share, seed):
    ids = np.array(ids)
    result = replace(ids, NEIGHBOURS, share, np.random.default_rng(seed))
    changed = np.flatnonzero(result != ids)
    known = int(NEIGHBOURS.known(ids).sum())
    assert len(changed) == (min(known, max(1, int(share * len(ids)))) if share else 0)
    assert all(result[place] in TABLE[ids[place]] and result[place] > 3 for place in changed)

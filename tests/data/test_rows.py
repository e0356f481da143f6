import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.cache import Split
from rnnlab.data.rows import Rows
from rnnlab.data.truncation import PADDINGS, TRUNCATIONS
from rnnlab.errors import SettingError

LENGTHS = st.lists(st.integers(1, 30), min_size=1, max_size=8)


def split_of(lengths):
    """Rows whose ids count on from 2 over all of them."""
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    count = np.arange(len(lengths))
    return Split(np.arange(offsets[-1], dtype=np.uint16) + 2, offsets, count, count)


@given(
    lengths=LENGTHS,
    most=st.integers(1, 25),
    truncation=st.sampled_from(TRUNCATIONS),
    fraction=st.floats(0, 1),
)
def test_padding_before_a_text_is_padding_after_it_moved_over(lengths, most, truncation, fraction):
    rows = list(range(len(lengths)))
    post, pre = (Rows(split_of(lengths), most, truncation, fraction, padding)[rows] for padding in PADDINGS)
    assert post.lengths.tolist() == pre.lengths.tolist()
    width = post.tokens.shape[1]
    for one, other, length in zip(post.tokens, pre.tokens, post.lengths.tolist(), strict=True):
        assert one.roll(width - length).tolist() == other.tolist()
        assert (one[length:] == 0).all()
        assert (one[:length] > 0).all()


@pytest.mark.parametrize(
    ("most", "kept"), [(4, [4, 5, 6, 7]), (3, [4, 5, 6]), (1, [5]), (8, [2, 3, 4, 5, 6, 7, 8, 9]), (20, None)]
)
def test_the_middle_has_as_much_cut_before_it_as_behind_it_or_one_less(most, kept):
    tokens = Rows(split_of([8]), most, "middle")[[0]].tokens[0].tolist()
    assert tokens == (kept or list(range(2, 10)))


@given(
    length=st.integers(1, 40),
    most=st.integers(1, 25),
    truncation=st.sampled_from(TRUNCATIONS),
    fraction=st.floats(0, 1),
)
def test_other_ids_are_cut_as_rows_are(length, most, truncation, fraction):
    rows = Rows(split_of([length]), most, truncation, fraction)
    assert rows.cut(rows.split.ids).tolist() == rows.texts([0])[0].tolist()


def test_a_side_that_is_none_is_refused():
    with pytest.raises(SettingError, match=r"data\.padding=left: must be the side to fill up"):
        Rows(split_of([3]), 5, padding="left")

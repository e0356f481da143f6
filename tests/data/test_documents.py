"""Documents as rows of a language model."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.cache import Split
from rnnlab.data.documents import Documents, merged, spread, without


def split_of(*texts: list[int]) -> Split:
    offsets = np.cumsum([0, *map(len, texts)])
    ids = np.array([token for text in texts for token in text], dtype=np.uint16)
    rows = np.arange(len(texts))
    return Split(ids, offsets, np.zeros(len(texts), dtype=np.int64), rows)


def texts_of(split: Split) -> list[list[int]]:
    return [split.ids[a:b].tolist() for a, b in zip(split.offsets, split.offsets[1:], strict=False)]


@given(
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=8),
    window=st.integers(1, 12),
    reversed_=st.booleans(),
)
def test_each_token_but_a_documents_first_is_predicted_once(lengths, window, reversed_):
    ends = np.cumsum([1, *lengths])
    texts = [list(range(a, b)) for a, b in pairwise(ends)]
    rows = Documents(split_of(*texts), window, reversed_)
    read = [text[::-1] if reversed_ else text for text in texts]
    if not len(rows):
        assert max(lengths) == 1
        return
    batch = rows[list(range(len(rows)))]
    assert batch.fresh
    assert batch.lengths.tolist() == rows.lengths.tolist()
    assert 1 <= rows.lengths.min() <= rows.lengths.max() <= window
    tokens, targets = [], []
    for row, target, length in zip(batch.tokens, batch.targets, batch.lengths, strict=True):
        assert not row[length:].any()
        assert not target[length:].any()
        tokens += row[:length].tolist()
        targets += target[:length].tolist()
    assert tokens == [token for text in read for token in text[:-1]]
    assert targets == [token for text in read for token in text[1:]]


def test_a_long_document_is_cut_into_nearly_equal_pieces():
    assert Documents(split_of(list(range(1, 12))), 4).lengths.tolist() == [3, 3, 4]


def test_two_splits_become_one_and_known_texts_are_left_out():
    first, second = split_of([1, 2], [3]), split_of([4], [3], [5, 6], [1])
    assert texts_of(merged(first, second)) == [[1, 2], [3], [4], [3], [5, 6], [1]]
    assert merged(first, None) is first
    left = without(second, [first, split_of([5, 6])])
    assert texts_of(left) == [[4], [1]]
    assert left.rows.tolist() == [0, 3]


@pytest.mark.parametrize(("most", "kept"), [(None, 5), (9, 5), (2, 2), (5, 5)])
def test_documents_are_taken_evenly(most, kept):
    few = spread(split_of(*[[n] for n in range(1, 6)]), most)
    assert len(few.lengths) == kept
    assert texts_of(few)[0] == [1]
    assert torch.equal(torch.tensor(few.offsets), torch.arange(kept + 1))

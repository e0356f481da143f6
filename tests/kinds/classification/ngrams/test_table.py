import numpy as np
import pytest

pytest.importorskip("scipy")
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.kinds.classification.ngrams import table as module
from rnnlab.kinds.classification.ngrams.table import CODE_POINTS, NgramTable, Texts, blocks, spelled

ROWS = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=8), min_size=1, max_size=6)


def texts(rows):
    return Texts(np.array([i for row in rows for i in row], np.uint8), np.cumsum([0, *map(len, rows)]))


def ngrams(row, longest):
    return {tuple(row[i : i + n]) for n in range(1, longest + 1) for i in range(len(row) - n + 1)}


@given(ROWS, ROWS, st.integers(1, 4), st.integers(1, 3))
def test_each_text_has_its_own_ngrams_that_enough_train_texts_have(train, other, longest, min_count):
    sets = [ngrams(row, longest) for row in train]
    known = {gram for own in sets for gram in own if sum(gram in s for s in sets) >= min_count}
    table = NgramTable(longest, min_count, vocab_size=5)
    learned = table.learn(texts(train))
    assert table.size == len(known)
    assert set(learned.data.tolist()) <= {1.0}
    assert learned.shape == (len(train), len(known))
    assert np.diff(learned.indptr).tolist() == [len(own & known) for own in sets]
    assert (learned != table.matrix(texts(train))).nnz == 0
    matrix = table.matrix(texts(other))
    assert np.diff(matrix.indptr).tolist() == [len(ngrams(row, longest) & known) for row in other]


@given(ROWS, ROWS)
def test_a_number_means_the_same_ngram_in_every_text(train, other):
    table = NgramTable(3, 1, vocab_size=5)
    a, b = table.learn(texts(train)), table.matrix(texts(other))
    shared = (b @ a.T).toarray()  # n-grams that two texts have in common
    for i, row in enumerate(other):
        for j, own in enumerate(train):
            assert shared[i, j] == len(ngrams(row, 3) & ngrams(own, 3))


def test_no_ngram_reaches_over_the_end_of_a_text():
    table = NgramTable(2, 1, vocab_size=5)
    table.learn(texts([[1, 2], [3]]))
    assert table.size == 4  # 1, 2, 3 and 1 2, not 2 3


def test_texts_shorter_than_the_longest_ngram_and_texts_without_any_known_one_are_empty_there():
    table = NgramTable(3, 2, vocab_size=9)
    assert table.learn(texts([[1], [2]])).shape == (2, 0)
    assert table.matrix(texts([[1, 1, 1]])).nnz == 0


@given(st.lists(st.text(max_size=6), max_size=5))
def test_spelled_texts_are_their_code_points_between_blanks(written):
    found = spelled(written)
    parts = [found.ids[a:b] for a, b in zip(found.offsets, found.offsets[1:], strict=False)]
    assert ["".join(map(chr, part.tolist())) for part in parts] == [f" {text} " for text in written]
    assert found.ids.max(initial=0) < CODE_POINTS


@given(ROWS, ROWS, st.integers(1, 4), st.integers(1, 2))
def test_sums_of_weights_are_those_of_the_matrix(train, other, longest, min_count):
    table = NgramTable(longest, min_count, vocab_size=5)
    table.learn(texts(train))
    weights = np.random.default_rng(0).normal(size=(table.size, 2))
    expected = table.matrix(texts(other)) @ weights
    np.testing.assert_allclose(table.sums(texts(other), weights), expected, atol=1e-12)


@given(ROWS, st.integers(1, 12), st.booleans())
def test_blocks_are_all_texts_in_order_and_no_longer_than_allowed_but_for_single_texts(rows, size, spells):
    whole = texts(rows)._replace(characters=spelled(["ab"] * len(rows)) if spells else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", size)
        found = list(blocks(whole))
    parts = [[row.tolist() for row in np.split(one.ids, one.offsets[1:-1])] for one in found]
    assert [row for part in parts for row in part] == rows
    assert all(len(part) == 1 or sum(len(row) + 4 * spells for row in part) <= size for part in parts)
    if spells:
        assert [len(one.characters.offsets) for one in found] == [len(part) + 1 for part in parts]
        spelt = np.concatenate([one.characters.ids for one in found]).tolist()
        assert spelt == [*map(ord, " ab ")] * len(rows)

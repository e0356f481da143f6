from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.changes import (
    delete,
    drop_words,
    ending_ids,
    insert,
    num_changes,
    replace,
    shuffle_sentences,
    shuffle_window,
    swap,
)
from rnnlab.data.augment.neighbours import Neighbours
from rnnlab.tokenizer import CharTokenizer, WordTokenizer


@pytest.mark.parametrize(
    ("share", "tokens", "expected"), [(0.1, 25, 2), (0.1, 5, 1), (0, 25, 0), (0.5, 0, 0), (1, 7, 7)]
)
def test_a_share_is_rounded_down_but_not_to_nothing(share, tokens, expected):
    assert num_changes(share, tokens) == expected


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


KNOWN_TOKENS = st.lists(st.tuples(st.integers(2, 50), st.booleans()), min_size=1, max_size=30)


@given(tokens=KNOWN_TOKENS, share=st.floats(0, 1), seed=st.integers(0, 99))
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


END = 2


def sentences(ids):
    """Sentences that are closed, and what is left."""
    found, start = [], 0
    for place, one in enumerate(ids):
        if one == END and (place + 1 == len(ids) or ids[place + 1] != END):
            found.append(tuple(ids[start : place + 1]))
            start = place + 1
    return found, tuple(ids[start:])


@given(ids=st.lists(st.integers(1, 6), min_size=1, max_size=40), seed=st.integers(0, 99))
def test_sentences_stay_whole_and_what_is_not_closed_stays_last(ids, seed):
    ids = [3, *ids]  # a row that begins with an end begins with a sentence of nothing
    result = shuffle_sentences(np.array(ids), np.array(ids) == END, 1.0, np.random.default_rng(seed))
    before, after = sentences(ids), sentences(result.tolist())
    assert sorted(before[0]) == sorted(after[0])
    assert before[1] == after[1]


def test_the_share_is_that_of_the_rows_that_change():
    ids = np.array([3, END, 4, END, 5, END, 6, END])
    rng = np.random.default_rng(0)
    changed = [(shuffle_sentences(ids, ids == END, 0.5, rng) != ids).any() for _ in range(1000)]
    assert abs(np.mean(changed) - 0.5 * (1 - 1 / 24)) < 0.05
    assert (shuffle_sentences(ids, ids == END, 0.0, rng) == ids).all()


def test_full_stops_end_a_sentence_where_no_separator_does():
    words, letters = WordTokenizer(min_count=1), CharTokenizer()
    for tokenizer in (words, letters):
        tokenizer.train(["a film. what? 3.5!"])
        assert [tokenizer.vocabulary[number] for number in ending_ids(tokenizer)] == sorted("!.?")
    words.train(["a film."])
    assert [words.vocabulary[number] for number in ending_ids(words)] == ["."]
    assert ending_ids(SimpleNamespace(sentence_id=2)) == [2]

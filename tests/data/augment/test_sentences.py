from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.sentences import ending_ids, shuffle_sentences
from rnnlab.tokenizer import CharTokenizer, WordTokenizer

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

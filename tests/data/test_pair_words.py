"""Words of a source that the vocabulary lacks: their ids, also in a truncated source."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.pair_words import extended, extended_target, own_words, renumbered
from rnnlab.data.truncation import Truncation
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import BpeTokenizer, PairTokenizer, WordTokenizer

PLAIN = Cleaner({})
SIZE = 10


@pytest.fixture(scope="module")
def pair():
    tokenizer = PairTokenizer(WordTokenizer(min_count=2))
    tokenizer.train(["the dog saw the cat ."], 1, ["the dog saw the cat ."])
    return tokenizer


def test_a_word_that_the_vocabulary_lacks_has_an_id_of_its_row(pair):
    size = pair.target_size
    ids, words = extended(pair, "the Zebu saw a zebu .", 9)
    the, saw, dot = pair.encode("the saw .")
    assert ids == [the, size, saw, size + 1, size, dot]
    assert words == ["zebu", "a"]
    target = extended_target(pair, "a zebu saw the gnu .", words)
    assert target == [size + 1, size, saw, the, pair.unknown_id, dot]
    assert pair.decode_target(target[:4], words) == "a zebu saw the"


def test_a_row_has_no_more_own_words_than_allowed(pair):
    ids, words = extended(pair, "gnu zebu yak gnu", 2)
    size = pair.target_size
    assert (ids, words) == ([size, size + 1, pair.unknown_id, size], ["gnu", "zebu"])


def test_without_unknown_words_nothing_changes(pair):
    assert extended(pair, "the dog .", 9) == (pair.encode("the dog ."), [])
    assert extended_target(pair, "the gnu", []) == pair.encode("the gnu")


def test_pieces_that_are_unknown_are_their_characters():
    tokenizer = PairTokenizer(BpeTokenizer(12, lowercase=False, min_count=1))
    tokenizer.train(["abab cdcd abab cdcd"], 1, ["abab cdcd"])
    ids, words = extended(tokenizer, "abab Ω cdcd", 9)
    assert words == ["Ω"]
    assert ids.count(tokenizer.target_size) == 1


def test_new_texts_are_read_as_in_training(pair):
    found = own_words(["The  gnu saw the yak.", ""], PLAIN, pair, Truncation(3, "tail"))
    size = pair.target_size
    assert found[0].words == ["yak"]
    assert found[0].ids.tolist() == [pair.encode("the")[0], size, pair.encode(".")[0]]
    assert (found[1].ids.tolist(), found[1].words) == ([pair.unknown_id], [])


IDS = st.lists(st.integers(1, SIZE + 3), min_size=1, max_size=12).map(np.array)


@given(source=IDS, target=IDS)
def test_own_words_are_numbered_from_the_size_by_first_appearance(source, target):
    new_source, new_target = renumbered(source, target, SIZE, 1)
    own = new_source[new_source >= SIZE]
    assert list(dict.fromkeys(own.tolist())) == list(range(SIZE, SIZE + len(set(own.tolist()))))
    for before, after in ((source, new_source), (target, new_target)):
        assert (after[before < SIZE] == before[before < SIZE]).all()
    same = {int(a): int(b) for a, b in zip(source, new_source, strict=True)}
    expected = [same.get(int(number), 1 if number >= SIZE else int(number)) for number in target]
    assert new_target.tolist() == expected

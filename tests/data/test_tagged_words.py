"""Words as ids of pieces and of letters."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.data.tagged_words import MAX_LETTERS, WordEncoder, alphabet_of, num_letters
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.word import WordTokenizer

TRAIN = [["Ann", "sings", "in", "Oslo"], ["Bob", "sings"]]


@pytest.fixture
def words():
    tokenizer = WordTokenizer(min_count=1, pieces="blanks")
    tokenizer.train([" ".join(row) for row in TRAIN])
    return tokenizer


def test_the_alphabet_has_the_letters_that_come_again():
    assert alphabet_of([["Ann"], ["nab", "Ac"]]) == "nA"  # three times, then twice
    assert num_letters("abc") == 5


def test_words_have_their_ids_and_letters_as_written(words):
    encoder = WordEncoder(Cleaner({}), words, "ns", subwords=False)
    found = encoder(["sings", "ANN", "n" * 40])
    assert found.ids.tolist() == [*words.encode("sings"), *words.encode("ann"), words.unknown_id]
    assert found.sizes.tolist() == [1, 1, 1]
    assert found.letters[0].tolist()[:5] == [3, 1, 2, 1, 3]
    assert found.letters[1].tolist()[:4] == [1, 1, 1, 0]  # capitals are letters of their own
    assert found.letters.shape == (3, MAX_LETTERS)


def test_a_long_word_keeps_its_start_and_its_end(words):
    encoder = WordEncoder(Cleaner({}), words, "abc")
    middle = "c" * 100
    assert encoder.letters(f"aaa{middle}bbb") == [2] * 3 + [4] * (MAX_LETTERS - 6) + [3] * 3


def test_the_cleaner_changes_words_but_not_their_number(words):
    encoder = WordEncoder(Cleaner({"urls": True, "emoji": "drop"}), words, None)
    assert encoder.clean("http://a.org/x") == "<url>"
    assert encoder.clean("😀") == "😀"  # nothing would be left
    assert len(encoder(["😀", "http://a.org/x"]).sizes) == 2


def test_pieces_are_counted_where_words_have_several():
    tokenizer = CharTokenizer()
    tokenizer.train(["abc"])
    encoder = WordEncoder(Cleaner({}), tokenizer, None, subwords=True)
    rows = [encoder(["ab", "c"]), encoder(["a"])]
    padded = encoder.padded(rows)
    assert padded.pieces.tolist() == [[2, 1], [1, 0]]
    assert padded.tokens.shape == (2, 3)
    assert padded.lengths.tolist() == [2, 1]
    assert padded.letters is None
    whole = WordEncoder(Cleaner({}), tokenizer, None, subwords=False)
    assert whole(["ab", "c"]).ids.tolist() == [tokenizer.unknown_id, *tokenizer.encode("c")]


def test_no_words_are_one_unknown_word(words):
    found = WordEncoder(Cleaner({}), words, "ab")([])
    assert (found.ids.tolist(), found.sizes.tolist()) == ([words.unknown_id], [1])
    assert not found.letters.any()


def test_letters_are_padded_to_the_longest_word(words):
    encoder = WordEncoder(Cleaner({}), words, "ns")
    padded = encoder.padded([encoder(["nn"]), encoder(["s", "sss"])])
    expected = [[[2, 2, 0], [0, 0, 0]], [[3, 0, 0], [3, 3, 3]]]
    assert np.array_equal(padded.letters, expected)
    assert padded.pieces is None

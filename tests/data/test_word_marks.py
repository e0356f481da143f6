"""How common a word is in English."""

from __future__ import annotations

import pytest

from rnnlab.data.word_marks import MARKS, mark_of, size_of


def test_names_and_new_words_are_less_common_than_words():
    assert size_of("the") > size_of("walked") > size_of("Morty") > size_of("zoella") == 0
    assert size_of("") == size_of("😀") == 0


@pytest.mark.parametrize(("word", "other"), [("Walked", "walked"), ("#walked", "@walked")])
def test_case_and_signs_of_tweets_change_no_count(word, other):
    assert size_of(word.lstrip("#@")) == size_of(other.lstrip("#@"))
    assert mark_of(word) == mark_of(other) != mark_of("Oslo")


def test_each_mark_is_a_letter_that_no_word_has():
    assert len(set(MARKS)) == len(MARKS) == 16
    assert all(mark_of(word) in MARKS for word in ("the", "kaite", "", "Oslo", "MARKS"))
    assert mark_of("walked") != mark_of("Oslo")

"""Words of a text: each character that is no blank is in exactly one."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.kinds.tagging.words import joined, words_of


def split(text):
    return [word.text for word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Justin Bieber is in London.", ["Justin", "Bieber", "is", "in", "London", "."]),
        ("@paulwalk It's here", ["@paulwalk", "It", "'s", "here"]),
        ("I don’t, she can't", ["I", "do", "n’t", ",", "she", "ca", "n't"]),
        ("see http://a.org/b?c=1 #London2012 :)", ["see", "http://a.org/b?c=1", "#London2012", ":)"]),
        ("U.S. GDP rose 3.5% at 10:30...", ["U.S.", "GDP", "rose", "3.5", "%", "at", "10:30", "..."]),
        ("Jean-Luc's 'quote'!!!", ["Jean-Luc", "'s", "'", "quote", "'", "!!!"]),
        ("東京 Zürich 😂", ["東京", "Zürich", "😂"]),
        ("", []),
        (" \n\t", []),
    ],
)
def test_words(text, words):
    assert split(text) == words


@given(st.text(max_size=60))
def test_words_stand_where_they_say_and_leave_out_only_blanks(text):
    found = words_of(text)
    assert all(text[word.start : word.end] == word.text for word in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    kept = "".join(word.text for word in found)
    assert "".join(kept.split()) == "".join(text.split())


@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1), max_size=8))
def test_words_that_are_split_already_keep_their_places(words):
    text, found = joined(words)
    assert [word.text for word in found] == words
    assert all(text[word.start : word.end] == word.text for word in found)


@pytest.mark.parametrize("part", ["1.", "a", "n't", "'", "http://", "a-", ":-", "_", "1.1a", "U."])
def test_a_text_of_200000_characters_takes_no_time_of_its_square(part):
    start = time.process_time()
    words_of(part * (200_000 // len(part)))
    assert time.process_time() - start < 3

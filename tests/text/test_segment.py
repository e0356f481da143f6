import random
import string
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wordsegment import Segmenter

from rnnlab.text.segment import segment
from rnnlab.text.words import counts

COMMON = [
    "the",
    "a",
    "in",
    "best",
    "day",
    "ever",
    "new",
    "york",
    "i",
    "am",
    "so",
    "happy",
    "us",
    "usa",
    "night",
]


@cache
def segmenter() -> Segmenter:
    loaded = Segmenter()
    loaded.load()
    loaded.limit = counts().limit
    return loaded


def test_words_are_taken_apart():
    assert segment("bestdayever") == ["best", "day", "ever"]
    assert segment("inthenewyorktimes") == ["in", "the", "new", "york", "times"]


@pytest.mark.parametrize("length", [1, 2, 13, 14, 60])
def test_any_letters_give_what_wordsegment_gives(length):
    generator = random.Random(length)
    for _ in range(10):
        text = "".join(generator.choices(string.ascii_lowercase + string.digits, k=length))
        assert segment(text) == segmenter().segment(text)


@given(st.lists(st.sampled_from(COMMON), min_size=1, max_size=14))
def test_words_give_what_wordsegment_gives(words):
    text = "".join(words)
    assert segment(text) == segmenter().segment(text)


def test_the_last_words_are_taken_apart_again_as_wordsegment_does():
    for text in ("iamsohappyinthenewyorknightsousaday", "a" * 30, "thebestdayeverinnewyorkusthebestdayever"):
        found = segment(text)
        assert len(found) > 5
        assert found == segmenter().segment(text)


def test_equal_scores_are_decided_alike():
    assert segment("zqzqzqzq") == segmenter().segment("zqzqzqzq")
    assert segment("0" * 40) == segmenter().segment("0" * 40)


def test_every_pair_is_of_known_words_and_none_starts_a_text():
    words = counts().unigrams
    assert all(second in words for seconds in counts().following.values() for second in seconds)
    assert "<s>" not in words


def test_no_pair_is_lost():
    kept = {(a, b): n for a, seconds in counts().following.items() for b, n in seconds.items()}
    assert kept == {tuple(pair.split(" ")): n for pair, n in segmenter().bigrams.items()}

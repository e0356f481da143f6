"""Copies against a search by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.evaluation.quality.copied import Copy, Corpus, novelty, passage

TEXT = "to be or not to be, that is the question"


def test_the_longest_copy_from_each_place():
    corpus = Corpus(TEXT)
    assert [copy.length for copy in corpus.copies("xto be o")] == [0, 7, 6, 5, 4, 3, 2, 1]
    copy = corpus.copies("not to be!")[0]
    assert copy == Copy(0, 9, 9)
    assert passage(TEXT, copy, around=3) == "or not to be, t"[0:15]


@given(st.text(st.sampled_from("ab🎭"), max_size=40), st.text(st.sampled_from("ab🎭"), max_size=12))
def test_every_copy_is_as_long_as_can_be(corpus, text):
    for copy in Corpus(corpus).copies(text):
        found = text[copy.start : copy.start + copy.length]
        assert corpus[copy.place : copy.place + copy.length] == found
        longer = text[copy.start : copy.start + copy.length + 1]
        assert longer == found or longer not in corpus


def test_shares_of_n_grams_of_all_texts():
    found = novelty(["to be", "to xx"], Corpus(TEXT), (2, 3, 6))
    assert found.shares == {2: pytest.approx(6 / 8), 3: pytest.approx(4 / 6), 6: 0.0}
    assert (found.longest, found.mean_longest) == (5, 4.0)
    assert [copy.length for copy in found.copies] == [5, 3]


def test_nothing_is_copied_from_nothing():
    assert novelty(["abc"], Corpus(""), (2,)).longest == 0
    assert novelty([""], Corpus("abc"), (2,)).shares == {2: 0.0}
    assert novelty([], Corpus("abc")).longest == 0

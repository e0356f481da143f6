"""Strips: levels of strength, and the text in pieces."""

import pytest

from rnnlab.explain.explanation import Explanation, Sentence
from rnnlab.explain.sheet import LEVELS, Piece, Sheet, pieces, strip_of, strips_of


def test_the_strongest_value_has_full_colour_and_signs_stay():
    strip = strip_of("x", [0.5, -2.0, 0.0, 1.0], signed=True)
    assert [strip.level(value) for value in strip.values] == [2, -LEVELS, 0, 4]
    strip = strip_of("x", [0.4, 0.6, 0.5], signed=False)
    assert [strip.level(value) for value in strip.values] == [0, LEVELS, 4]
    strip = strip_of("x", [0.4, 0.8], signed=False, low=0.0)
    assert [strip.level(value) for value in strip.values] == [4, LEVELS]


@pytest.mark.parametrize("signed", [True, False])
def test_values_that_are_all_the_same_have_no_colour_rather_than_an_error(signed):
    strip = strip_of("x", [0.0, 0.0], signed)
    assert [strip.level(value) for value in strip.values] == [0, 0]


def test_the_text_is_given_once_whatever_the_spans():
    spans = [(0, 2), (2, 2), (3, 5), (4, 6), (4, 5)]
    found = list(pieces(Sheet("", "ab cdef", list("vwxyz"), spans, [])))
    assert found == [Piece("ab", 0), Piece(" ", None), Piece("cd", 2), Piece("e", 3)]
    assert list(pieces(Sheet("", "", ["<unk>"], [(0, 0)], []))) == [Piece("<unk>", 0)]


def test_a_document_has_three_strips_the_last_by_sentences():
    text = "Good film. Bad."
    spans = [(0, 4), (5, 9), (9, 10), (10, 10), (11, 14), (14, 15)]
    one = Explanation(text, list("abcdef"), spans, [0.1] * 6, "attention", "negative", 0.7, "none")
    one = one._replace(words=[0.3] * 6, sentences=[Sentence(0, 10, 0.6), Sentence(11, 15, 0.4)])
    whole, words, sentences = strips_of(one)
    assert [strip.name for strip in (whole, words, sentences)] == ["attention", "words", "sentences"]
    assert list(sentences.values) == [0.6, 0.6, 0.6, 0.0, 0.4, 0.4]

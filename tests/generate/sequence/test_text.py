"""Text of found targets, with the source's own words, at once and piece by piece."""

from __future__ import annotations

import pytest

from rnnlab.data.truncation import Truncation
from rnnlab.generate.sequence.hypothesis import Hypothesis
from rnnlab.generate.sequence.text import pieces_of, steps_of, text_of
from rnnlab.tokenizer import ByteBpeTokenizer, CharTokenizer, WordTokenizer
from rnnlab.tokenizer.pair import PairTokenizer

TEXTS = ["Anna has a cat.", 'The "cat" sat, she said (softly) on Annas mat!', "Où? là-bas \N{SNOWMAN}"]

KINDS = [
    (WordTokenizer, {"min_count": 1, "lowercase": False}),
    (CharTokenizer, {}),
    (ByteBpeTokenizer, {"vocab_size": 265}),
]


def of(tokens, aligned=()):
    return Hypothesis(tuple(tokens), 0.0, True, aligned=tuple(aligned))


def pair(kind, **options):
    tokenizer = kind(**options)
    tokenizer.train(TEXTS)
    return PairTokenizer(tokenizer)


def test_an_unknown_word_becomes_the_most_attended_part_of_the_source():
    tokenizer = pair(WordTokenizer, lowercase=False, min_count=1)
    source = "Zoltan said hello, Bodo"
    steps = steps_of(source, str, tokenizer, Truncation())
    assert steps == ["Zoltan", "said", "hello", ",", "Bodo"]
    tokens = tokenizer.encode_target("Zoltan sat, Bodo")
    assert text_of(of(tokens, [0, 1, 3, 4]), tokenizer, (), steps) == "Zoltan sat, Bodo"
    assert text_of(of(tokens, [4, 1, 3, 0]), tokenizer, (), steps) == "Bodo sat, Zoltan"


def test_copied_and_replaced_words_stand_beside_each_other():
    tokenizer = pair(WordTokenizer, lowercase=False, min_count=1)
    tokens = [tokenizer.target_size + 1, *tokenizer.encode_target("has"), 1, tokenizer.target_size]
    found = of(tokens, [0, 0, 2, 0])
    assert text_of(found, tokenizer, ["first", "second"], ["a", "b", "third"]) == "second has third first"


def test_steps_are_truncated_as_the_source_is():
    tokenizer = pair(CharTokenizer)
    assert steps_of("abcdef", str.upper, tokenizer, Truncation(3)) == ["A", "B", "C"]
    assert steps_of("abcdef", str, tokenizer, Truncation(2, "tail")) == ["e", "f"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_pieces_make_the_whole_text(kind, options, text):
    tokenizer = pair(kind, **options)
    tokens = tokenizer.encode_target(text)
    growing = [of(tokens[: end + 1]) for end in range(len(tokens))]
    pieces = list(pieces_of(growing, lambda one: text_of(one, tokenizer)))
    whole = text_of(of(tokens), tokenizer)
    assert "".join("".join(pieces).split()) == "".join(whole.split())
    assert len(pieces) > 1
    assert "\N{REPLACEMENT CHARACTER}" not in "".join(pieces[:-1])
    if '"' not in text:
        assert "".join(pieces) == whole


def test_nothing_written():
    assert list(pieces_of([of([])], lambda one: text_of(one, pair(CharTokenizer)))) == []

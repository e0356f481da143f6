from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.tokenizer.sentences import sentences

ANY_TEXT = st.text(st.characters(codec=None), max_size=80)
PARTS = [
    "Mr",
    "etc",
    "U.S",
    "e.g",
    "J",
    ".",
    "..",
    "…",
    "?",
    "!",
    '"',
    ")",
    " ",
    " ",
    "\n",
    "a",
    "The",
    "3",
    "。",
    "’",
]
BUSY_TEXT = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)


@pytest.mark.parametrize(
    "expected",
    [
        ["It was good.", "I liked it!", "Did you?", "Yes?!"],
        ["so <long> good ! <long>", "i liked it . <long> <shout>", "<hashtag> best day"],
        ["Mr. Smith and Dr. Jones vs. Mrs. Brown, e.g. in St. Louis."],
        ["J. R. R. Tolkien wrote it.", "C. S. Lewis read it."],
        ["He came to the U.S. in May.", "The U.S. Government paid.", "It was 5 p.m. when he left."],
        ["They left the U.S.", "The trip was long."],
        ["Guns, cars, etc. were shown.", "Guns, cars, etc.", "This bored me."],
        ["It cost 3.50 or 1,000.5 dollars.", "No. 5 is alive.", "No.", "It was not I.", "Me neither."],
        ["So... he went … away.", "Well...", "She stayed.", "Oh…", "He did not."],
        ['"Why?" he asked.', '"Go!" she said.', "“Never.”", "(Really.)", "[Yes!]", "He went."],
        ["no capitals here.", "just this.", "wow!", "really"],
        ["a line", "another line", "a third"],
        ["Visit example.com or read file.txt now.", "The end"],
        ["これは本です。", "「はい！」", "と言った。"],
        [],
    ],
)
def test_sentences_end_where_a_reader_ends_them(expected):
    text = ("\n" if "line" in "".join(expected) else "" if "。" in "".join(expected) else " ").join(expected)
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(text=st.one_of(ANY_TEXT, BUSY_TEXT))
def test_the_spans_hold_all_but_blanks_in_order(text):
    spans = sentences(text)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


@given(text=st.one_of(ANY_TEXT, BUSY_TEXT))
def test_no_sentence_goes_over_the_end_of_a_line(text):
    assert not any("\n" in text[start:end] for start, end in sentences(text))


@pytest.mark.parametrize("piece", [".", '."', "a. ", "!?", "。", "\n", " ", "Mr. ", '"', "x"])
def test_any_line_takes_time_in_proportion_to_its_length(piece):
    text = piece * (300_000 // len(piece))
    assert sum(end - start for start, end in sentences(text)) <= len(text)

"""What changed between two texts."""

import time

from hypothesis import given
from hypothesis import strategies as st

from rnnlab.text.difference import Part, difference

WORDS = st.lists(st.sampled_from(["a", "b", " ", "\n", "!", "cc", "é"]), max_size=30).map("".join)


@given(WORDS, WORDS)
def test_the_parts_make_up_both_texts(before, after):
    parts = difference(before, after)
    assert "".join(part.before for part in parts) == before
    assert "".join(part.after for part in parts) == after
    assert any(part.changed for part in parts) == (before != after)


def test_words_are_compared_as_wholes():
    assert difference("so gooood, yes", "so good, yes") == [
        Part("so ", "so "),
        Part("gooood", "good"),
        Part(", yes", ", yes"),
    ]


def test_long_texts_take_little_time():
    before = "ab " * 300_000
    start = time.perf_counter()
    assert len(difference(before, before.upper())) < 5
    difference(before, before.replace("ab ", "ab", 1))
    assert time.perf_counter() - start < 10

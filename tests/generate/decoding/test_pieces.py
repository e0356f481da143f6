"""Tokens to text, and where a text ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rnnlab.generate.decoding.pieces import IncrementalDecoder


class Bytes:
    """A tokenizer whose tokens are bytes, as those of some subword vocabularies are."""

    def decode(self, ids):
        return bytes(ids).decode("utf-8", "replace")


class Words:
    """A tokenizer that puts a blank between two tokens."""

    def decode(self, ids):
        return " ".join(f"w{i}" for i in ids)


def test_they_wait_for_whole_characters():
    pieces = IncrementalDecoder(Bytes())
    told = [pieces.add(byte) for byte in "né 😂!".encode()]
    assert told == ["n", "", "é", " ", "", "", "", "😂", "!"]


def test_they_keep_what_joins_tokens():
    pieces = IncrementalDecoder(Words())
    assert "".join(pieces.add(i) for i in range(5)) == "w0 w1 w2 w3 w4"


def test_what_stands_before_decides_about_a_blank():
    assert IncrementalDecoder(Words(), context=[7]).add(1) == " w1"
    assert IncrementalDecoder(Words(), context=list(range(100))).add(1) == " w1"


def told(text: str, *stop: str) -> str:
    pieces = IncrementalDecoder(Bytes(), stop)
    parts = [pieces.add(byte) for byte in text.encode()]
    return "".join([*parts, pieces.rest()])


def test_a_stop_string_and_what_follows_are_left_out():
    assert told("one two three", "two") == "one "
    assert told("aab", "ab") == "a"
    assert told("one two", "w", "tw") == "one "
    assert told("one two", "two!") == "one two"
    assert told("xé😂y", "😂") == "xé"


def test_nothing_of_a_stop_string_is_told_before_it_is_whole():
    pieces = IncrementalDecoder(Bytes(), ["the end"])
    assert [pieces.add(byte) for byte in b"the tea"] == ["", "", "", "", "the ", "te", "a"]


@given(
    st.text(st.sampled_from("ab"), max_size=30),
    st.lists(st.text(st.sampled_from("ab"), min_size=1), max_size=3),
)
def test_a_text_ends_before_its_first_stop_string(text, stop):
    ends = [text.find(one) + len(one) for one in stop if one in text]
    if not ends:
        assert told(text, *stop) == text
    else:
        seen = text[: min(ends)]  # as far as it is read: then a stop string is whole
        assert told(text, *stop) == seen[: min(seen.find(one) for one in stop if one in seen)]

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.text.characters import lowercase, newlines, quotes, unicode, whitespace

ANY_TEXT = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("step", "text", "cleaned"),
    [
        (unicode, "e\u0301\x00\x85\u200d\tx\n", "é\u200d\tx\n"),
        (newlines, "a\r\nb\rc\n", "a\nb\nc\n"),
        (whitespace, "  a \t b \n\n c\u00a0 d ", "a b\n\nc d"),
        (quotes, 'don’t “say” `it` ""so"" \\""""', 'don\'t "say" \'it\' "so" "'),
        (lowercase, "ÉCOLE Ab", "école ab"),
    ],
)
def test_a_step_does_what_its_name_says(step, text, cleaned):
    assert step(text) == cleaned


def test_nfkc_folds_what_only_looks_different():
    assert unicode("ﬁve ５ ①", "nfkc") == "five 5 1"
    assert unicode("ﬁve ５ ①") == "ﬁve ５ ①"


@pytest.mark.parametrize("step", [unicode, newlines, quotes, lowercase, whitespace])
@given(text=ANY_TEXT)
def test_a_step_changes_nothing_the_second_time(step, text):
    once = step(text)
    assert step(once) == once


@given(text=ANY_TEXT)
def test_small_letters_stay_in_normal_form(text):
    assert unicodedata.is_normalized("NFC", lowercase(unicodedata.normalize("NFC", text)))


def test_a_capital_whose_small_letter_composes_is_composed():
    assert lowercase("H\u0331") == "\u1e96"


def test_no_letter_becomes_two():
    assert lowercase("İzmir ẞ") == "izmir ß"

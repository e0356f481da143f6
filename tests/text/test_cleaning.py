import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.text import STEPS, clean

ANY_TEXT = st.text(st.characters(codec=None))  # lone surrogates and control characters among them
ALL = list(STEPS)


@pytest.mark.parametrize(
    ("step", "text", "cleaned"),
    [
        ("html_breaks", "one<br /><br />two<BR>three", "one\ntwo\nthree"),
        ("html_breaks", "a <brave> b < br", "a <brave> b < br"),
        ("html_entities", "&lt;3 R&amp;B &#39;n&#39; &eacute;", "<3 R&B 'n' é"),
        ("unicode", "e\u0301\x00\x85\u200d\tx\n", "é\u200d\tx\n"),
        ("newlines", "a\r\nb\rc\n", "a\nb\nc\n"),
        ("whitespace", "  a \t b \n\n c\u00a0 d ", "a b\n\nc d"),
    ],
)
def test_a_step_does_what_its_name_says(step, text, cleaned):
    assert clean(text, [step]) == cleaned


@pytest.mark.parametrize("step", [step for step in STEPS if step != "html_entities"])
@given(text=ANY_TEXT)
def test_a_step_changes_nothing_the_second_time(step, text):
    once = clean(text, [step])
    assert clean(once, [step]) == once


@given(text=ANY_TEXT)
def test_all_steps_leave_text_in_normal_form_without_control_characters(text):
    cleaned = clean(text, ["html_entities", "unicode", "newlines", "whitespace"])
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in cleaned)
    assert cleaned == cleaned.strip()


def test_steps_run_in_the_order_given():
    assert clean("&lt;br /&gt;", ["html_entities", "html_breaks"]) == "\n"
    assert clean("&lt;br /&gt;", ["html_breaks", "html_entities"]) == "<br />"


def test_an_unknown_step_names_the_nearest_one():
    with pytest.raises(
        ValueError, match=r"clean=html_break is not a cleaning step\ndid you mean html_breaks\?"
    ):
        clean("text", ["html_break"])


@pytest.mark.parametrize("character", [" ", "<", "&", "\r", "<br>", "\x00", "e\u0301"])
def test_a_megabyte_in_one_line_takes_no_time(character):
    assert isinstance(clean(character * (1_000_000 // len(character)), ALL), str)

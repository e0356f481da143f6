import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.text.characters import lines_of, lowercase, newlines, quotes, unicode, whitespace

ANY_TEXT = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("step", "text", "cleaned"),
    [
        (unicode, "e\u0301\x00\u200d\tx\n", "é \u200d\tx\n"),
        (newlines, "a\r\nb\rc\n\n", "a\nb\nc\n\n"),
        (whitespace, "  a \t b \n\n c\u00a0 d ", "a b\n\nc d"),
        (quotes, 'don’t “say” `it` ""so"" \\""""', 'don\'t "say" \'it\' "so" "'),
        (lowercase, "ÉCOLE Ab", "école ab"),
    ],
)
def test_a_step_does_what_its_name_says(step, text, cleaned):
    assert step(text) == cleaned


@pytest.mark.parametrize("code", [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029])
def test_no_control_character_glues_the_words_around_it(code):
    cleaned = newlines(unicode(f"end{chr(code)}Start"))
    between = cleaned.removeprefix("end").removesuffix("Start")
    assert len(between) == 1
    assert unicodedata.category(between) != "Cc" or between == "\n"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("wait\x85what a label\x97Seville\x97and", "wait…what a label—Seville—and"),
        ("\x84No\x94, \x8ei\x9eek\x92s \x80 5", "„No”, Žižek’s € 5"),
        ("caf\x8d\x81e", "caf  e"),  # two that Windows-1252 lacks
    ],
)
def test_bytes_of_windows_1252_become_what_was_meant(text, cleaned):
    assert unicode(text) == cleaned


def test_a_page_break_ends_a_line():
    assert (
        newlines(unicode("one page\x0cthe next\x0bline\u2028and\u2029more"))
        == "one page\nthe next\nline\nand\nmore"
    )


def test_what_has_no_width_goes_and_joiners_stay():
    assert unicode("\ufeffex\u00adam\u2060ple") == "example"
    family = "👨\u200d👩\u200d👧 ❤\ufe0f می\u200cخواهم"
    assert unicode(family) == family


def test_lines_end_at_newlines_alone():
    assert lines_of("a\x85b\x0cc\u2028d\ne\n") == ["a\x85b\x0cc\u2028d", "e"]
    assert lines_of("a\n\n") == ["a", ""]
    assert lines_of("") == []


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

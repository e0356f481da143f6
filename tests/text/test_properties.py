"""What holds for every step and every shipped choice of steps, whatever the text."""

import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rnnlab.text.cleaner import Cleaner
from rnnlab.text.marks import MARK_PATTERN, MARKS
from rnnlab.text.steps import STEPS

CONF = Path(__file__).parents[2] / "conf" / "text"
CHOICES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["steps"] for path in CONF.glob("*.yaml")
}
ALL_ON = dict.fromkeys(STEPS, True)
ANY_TEXT = st.text(st.characters(codec=None))  # lone surrogates and control characters among them
PIECES = [
    "sooo",
    "GOOD",
    "gooood",
    "u",
    "idk",
    "can't",
    "not",
    "never",
    "don't",
    "no",
    "NO",
    "5",
    "10:30",
    "3.5",
    "b4",
    "8pm",
    "http",
    "https://t.co/aB",
    "www.",
    ".com",
    "@user",
    "@",
    "a@b.co",
    "#",
    "#BestDay",
    "#nba2016",
    "#http",
    "f**k",
    "sh*t",
    "$hit",
    "a$$",
    "#$%@",
    "*",
    ":)",
    ":(",
    ":D",
    "xD",
    "D:",
    "<3",
    "):",
    "(:",
    ":/",
    ";)",
    "^_^",
    "-_-",
    "T_T",
    "o_O",
    ":",
    ")",
    "'",
    '"',
    '""',
    "’",
    "“",
    "!",
    "!!!",
    "?!",
    "?",
    "....",
    ".",
    ",",
    "-",
    "/",
    "&",
    "&amp;",
    "&amp;lt;",
    "&#39;",
    "<url>",
    "<not>",
    "</b>",
    "<br>",
    "HELLO",
    "USA",
    "YES",
    "hahaha",
    "lololol",
    "haha",
    "😂",
    "😂😂",
    "👍🏽",
    "❤️",
    "1️⃣",
    "©",
    "é",
    "É",
    "ß",
    "İ",
    "Σ",
    "ſ",
    "日本",
    "ㅋㅋㅋ",
    "w/",
    "b/c",
    "y'all",
    "u.s.",
    "at&t",
    "_",
    "\\",
    "(",
    ")",
    "[",
    "]",
    "=",
    ">",
    "<",
    "|",
    "rn't",
    "htttp",
    "wwww",
]
TWEETS = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from([" ", "", "\n", "  "]), st.text(max_size=3)),
    max_size=12,
).map("".join)
# Left out: where a later step drops a letter or a capital, an entity can be left (`&heartsss;`, `&EACUTE;`)
ENTITY = re.compile(r"&[a-zA-Z#]")


@pytest.mark.parametrize("choice", CHOICES)
def test_every_choice_lists_every_step(choice):
    assert list(CHOICES[choice]) == list(STEPS)


@pytest.mark.parametrize("choice", ["plain", "verse", "tweet"])
@given(text=st.one_of(TWEETS, ANY_TEXT))
@settings(derandomize=True)
def test_cleaning_twice_is_cleaning_once(choice, text):
    cleaner = Cleaner(CHOICES[choice])
    once = cleaner(text)
    assume(choice != "tweet" or not ENTITY.search(once))
    assert cleaner(once) == once


@given(text=st.one_of(TWEETS, ANY_TEXT))
def test_reviews_cleaned_twice_differ_only_where_entities_spelled_something(text):
    cleaner = Cleaner(CHOICES["review"])
    once = cleaner(text)
    assume("&" not in text)
    assert cleaner(once) == once


@given(text=st.one_of(TWEETS, ANY_TEXT))
def test_all_steps_together_and_each_alone_take_any_text(text):
    assert isinstance(Cleaner(ALL_ON)(text), str)
    for name, step in STEPS.items():
        for mode in [mode for mode in step.modes if mode != "keep"] or [True]:
            assert isinstance(Cleaner({name: mode})(text), str)


@given(text=ANY_TEXT)
@settings(deadline=None)
def test_what_is_left_is_in_normal_form_without_control_characters(text):
    for choice in ("plain", "review", "tweet"):
        cleaned = Cleaner(CHOICES[choice])(text)
        assert unicodedata.is_normalized("NFC", cleaned)
        assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in cleaned)
        assert cleaned == cleaned.strip()


@pytest.mark.parametrize("name", STEPS)
def test_a_step_leaves_marks_and_plain_prose_alone(name):
    prose = "we walked home and it was fine, then we ate. all of us slept until eight"
    text = f"{prose} {' '.join(mark for mark in MARKS)}"
    assert Cleaner({name: True})(text) == text


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_looks_like_one(mark):
    assert re.fullmatch(MARK_PATTERN, mark)


LONG = [
    " ",
    "<",
    "&",
    "\r",
    "<br>",
    "\x00",
    "e\u0301",
    "a",
    "A",
    "#a",
    "@",
    "1.",
    "!",
    ":",
    "http://",
    "ha",
    "f*",
    "#",
    "aab",
]


@pytest.mark.parametrize("piece", LONG)
def test_a_long_line_takes_a_time_that_goes_with_its_length(piece):
    assert isinstance(Cleaner(ALL_ON)(piece * (100_000 // len(piece))), str)


@pytest.mark.slow
@pytest.mark.parametrize("piece", LONG)
def test_a_megabyte_in_one_line_takes_seconds(piece):
    assert isinstance(Cleaner(ALL_ON)(piece * (1_000_000 // len(piece))), str)

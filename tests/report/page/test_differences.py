"""Words in which an output and its reference differ are marked; the texts themselves stay whole."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from rnnlab.report.page.differences import MOST_CHARACTERS, marked


def test_words_that_differ_are_marked_on_their_side():
    assert marked("ein Hund läuft schnell.", "ein Hund rennt.") == (
        "ein Hund <del>läuft schnell</del>.",
        "ein Hund <ins>rennt</ins>.",
    )


def test_equal_texts_have_no_mark_and_a_missing_one_is_all_marked():
    assert marked("a b", "a b") == ("a b", "a b")
    assert marked("a b", "") == ("<del>a b</del>", "")
    assert marked("", "a, b") == ("", "<ins>a, b</ins>")


def test_spaces_alone_are_no_difference():
    assert marked("a  b", "a b") == ("a  b", "a b")


def test_a_long_text_is_cut_and_markup_is_escaped():
    long, other = marked("w " * MOST_CHARACTERS, "<b>")
    assert long.endswith(" …")
    assert other == "<ins>&lt;b&gt;</ins>"


@given(st.text("ab ,.", max_size=30), st.text("ab ,.<", max_size=30))
def test_without_marks_the_texts_are_as_they_were(reference, output):
    found = marked(reference, output)
    assert tuple(html.unescape(re.sub("</?(ins|del)>", "", one)) for one in found) == (reference, output)
    assert all(re.fullmatch(r"([^<]|<(ins|del)>[^<]*</\2>)*", one) for one in found)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.text.html import html_breaks, html_entities, html_tags


def test_a_run_of_breaks_is_one_newline():
    assert html_breaks("one<br /><br />two<BR>three") == "one\ntwo\nthree"
    assert html_breaks("a <brave> b < br") == "a <brave> b < br"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ('a <b>bold</b> <a href="x">link</a>', "a  bold   link "),
        ("I <3 you, a < b and c > d", "I <3 you, a < b and c > d"),
        ("<url> <evil laugh> <not>", "<url> <evil laugh> <not>"),
        ("<p", "<p"),
    ],
)
def test_tags_go_and_what_looks_like_one_stays(text, cleaned):
    assert html_tags(text) == cleaned


def test_entities_become_what_they_stand_for():
    assert html_entities("&lt;3 R&amp;B &#39;n&#39; &eacute;") == "<3 R&B 'n' é"


def test_entities_of_entities_are_read_in_mode_all():
    assert html_entities("&amp;lt;3") == "&lt;3"
    assert html_entities("&amp;amp;lt;3", "all") == "<3"
    assert html_entities("&am\x00p;", "all") == "&am p;"


@pytest.mark.parametrize("mode", ["once", "all"])
@pytest.mark.parametrize("entity", ["&#11;", "&#x1f;", "&#127;", "&#1;", "&#31;", "&#12;"])
def test_an_entity_of_a_control_character_glues_no_words(mode, entity):
    assert html_entities(f"one{entity}two", mode).split() == ["one", "two"]
    assert html_entities("&#151; &#38;lt;") == "— &lt;"


@given(text=st.text(st.sampled_from("&amp;lt#39x; \x00\u037e")))
def test_mode_all_leaves_no_entity(text):
    once = html_entities(text, "all")
    assert html_entities(once, "all") == once

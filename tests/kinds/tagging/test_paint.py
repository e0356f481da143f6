"""Entities in a terminal: in brackets or in colours, with a table of them."""

from rnnlab.kinds.tagging.paint import marked_html, painted

ANSWER = {
    "spans": [
        {"type": "person", "text": "Ann", "start": 0, "end": 3, "probability": 0.9},
        {"type": "place", "text": "Rome", "start": 7, "end": 11, "probability": 0.25},
    ]
}
TEXT = "Ann in Rome\x1b[2J!"


def test_brackets_and_a_table():
    marked, empty, heads, _, first, second = painted([TEXT], [ANSWER], colours=False).splitlines()
    assert marked == r"[Ann person] in [Rome place]\x1b[2J!"
    assert not empty
    assert heads.split("|")[1].strip() == "span"
    assert [cell.strip() for cell in first.split("|")[1:-1]] == ["Ann", "person", "0", "3", "0.9000"]
    assert "0.2500" in second


def test_colours_have_a_legend_and_no_foreign_escapes():
    marked, legend, *_ = painted([TEXT], [ANSWER], colours=True).splitlines()
    assert marked.count("\x1b[0m") == 2
    assert r"\x1b[2J" in marked
    assert "\x1b[2J" not in marked
    assert "person" in legend
    assert "place" in legend


def test_several_texts_have_numbers_and_none_found_is_said():
    assert "row" in painted([TEXT, TEXT], [ANSWER, ANSWER], False).splitlines()[3]
    assert painted(["no"], [{"spans": []}], True).splitlines() == ["no", "", "no spans found"]


def test_html_escapes_what_it_marks():
    html = marked_html("<b> & Rome", [{"type": "a<b", "start": 6, "end": 10}], ["a<b"])
    assert html.startswith("<p>&lt;b&gt; &amp; <mark")
    assert "Rome <small><b>a&lt;b</b></small></mark></p>" in html

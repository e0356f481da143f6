"""The page: whole, escaped, and in need of nothing else."""

import re
from html.parser import HTMLParser

import numpy as np

from rnnlab.explain.page import page
from rnnlab.explain.sheet import Sheet, strip_of
from rnnlab.explain.unit_map import gate_map

TEXT = "<script>alert('x')</script> & \x00 \ud83d\nfilm"
SPANS = [(0, 27), (28, 29), (30, 31), (32, 33), (34, 38)]
TOKENS = [TEXT[start:end] for start, end in SPANS]


class Reader(HTMLParser):
    """Tags that are open, all that there were, and the text."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text = [], [], ""

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in ("meta", "link", "img", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def made():
    strips = [
        strip_of("gradients", [1.0, -1.0, 0.1, 0.0, 0.5], True, "a <note>"),
        strip_of("attention", [0.2] * 5, False),
    ]
    gate = gate_map("layer 1, input gate", np.linspace(0, 1, 5 * 3).reshape(5, 3))
    answers = [("nega<b>tive", 0.75), ("positive", 0.25)]
    sheet = Sheet("negative & sure", TEXT, TOKENS, SPANS, strips, ["cut"], (), [gate], answers)
    return page([sheet], "films <b>")


def test_every_text_is_escaped_and_every_tag_closed():
    html = made()
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    assert "script" not in {tag for tag, _ in reader.seen}
    assert "b" not in {tag for tag, _ in reader.seen}
    assert "<script>alert('x')</script> & \\x00 \\ud83d\nfilm" in reader.text
    html.encode("utf-8")


def test_it_asks_no_other_host_for_anything():
    html = made()
    assert not re.search(r"https?:|//|url\(|@import", html)
    assert all(re.match("#|data:", found) for found in re.findall(r'(?:src|href)="([^"]*)"', html))


def test_tokens_have_their_shade_and_number_and_a_row_in_a_table():
    reader = Reader()
    reader.feed(made())
    marks = [found for tag, found in reader.seen if tag == "mark"]
    assert marks[0] == {"class": "for", "style": "--share:1.000", "title": "+1.000"}
    assert marks[1] == {"class": "against", "style": "--share:1.000", "title": "-1.000"}
    assert [tag for tag, _ in reader.seen].count("tr") == 2 * (1 + len(TOKENS))
    assert ("html", {"lang": "en"}) in reader.seen


def test_every_class_has_its_probability():
    html = made()
    assert html.count('<div class="bar">') == 2
    assert "nega&lt;b&gt;tive" in html
    assert "75.0%" in html
    assert 'style="--share:0.2500"' in html


def test_a_map_is_a_picture_in_the_page_with_its_scale_and_words():
    html = made()
    assert html.count('src="data:image/png;base64,') == 1
    assert 'alt="layer 1, input gate: a row for each of 3 units' in html
    assert "<span>1</span><span>0.5</span><span>0</span>" in html

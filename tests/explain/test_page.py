"""The page: whole, escaped, and in need of nothing else."""

import re
from html.parser import HTMLParser

from rnnlab.explain.page import page
from rnnlab.explain.sheet import Sheet, strip_of

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
        if tag != "meta":
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
    return page([Sheet("negative & sure", TEXT, TOKENS, SPANS, strips, ["cut"])], "films <b>")


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
    assert not re.search(r"https?:|//|url\(|@import|src=|href=", html)


def test_tokens_have_their_level_and_number_and_a_row_in_a_table():
    reader = Reader()
    reader.feed(made())
    spans = [found for tag, found in reader.seen if tag == "span" and "title" in found]
    assert spans[0] == {"class": "f8", "title": "+1.000"}
    assert spans[1] == {"class": "a8", "title": "-1.000"}
    assert [tag for tag, _ in reader.seen].count("tr") == 2 * (1 + len(TOKENS))
    assert ("html", {"lang": "en"}) in reader.seen


def test_dark_and_light_have_every_class():
    html = made()
    light, dark = html.split("@media (prefers-color-scheme: dark)")
    for part in (light, dark):
        assert all(f".f{level} {{" in part and f".a{level} {{" in part for level in range(1, 9))

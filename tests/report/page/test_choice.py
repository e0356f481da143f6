"""Charts of one quantity in several units: one is shown, a button for each."""

import re

from rnnlab.report.page.choice import choice


def test_each_chart_has_a_button_and_the_first_is_chosen():
    html = choice("loss & co", {"nats": "<figure>1</figure>", "bits": "<figure>2</figure>"})
    assert re.findall(r'<input type="radio" name="unit"( checked)?>(\w+)', html) == [
        (" checked", "nats"),
        ("", "bits"),
    ]
    assert html.index("loss &amp; co") < html.index("<figure>1") < html.index("<figure>2")
    assert 'method="dialog"' in html  # Enter in a form sends nothing anywhere


def test_a_single_chart_needs_no_choice():
    assert choice("loss", {"nats": "<figure></figure>"}) == "<figure></figure>"
    assert choice("loss", {}) == ""

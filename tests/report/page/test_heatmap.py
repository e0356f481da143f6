"""Attention as a picture: a cell for each pair of tokens, as strong as its weight."""

import re
from xml.etree import ElementTree

import pytest

from rnnlab.report.page.heatmap import MOST, heatmap


def svg_of(page):
    return ElementTree.fromstring(re.search("<svg.*</svg>", page)[0])


def test_cells_are_as_strong_as_their_weights_and_say_them():
    page = heatmap("where", ["a", "dog"], ["ein", "Hund", "</s>"], [[1, 0], [0.25, 0.75], [0.5, 0.5]])
    cells = svg_of(page).findall("rect")
    assert len(cells) == 6
    titles = [cell.find("title").text for cell in cells]
    assert titles[0] == "ein ← a: 1.000"
    assert titles[3] == "Hund ← dog: 0.750"
    strengths = [float(cell.get("opacity")) for cell in cells]
    assert strengths[0] == 1
    assert strengths[1] < strengths[2] < strengths[3]
    columns, rows = {cell.get("x") for cell in cells}, {cell.get("y") for cell in cells}
    assert (len(columns), len(rows)) == (2, 3)


def test_long_sides_are_cut_and_it_is_said():
    page = heatmap("where", ["s"] * 100, ["t"], [[0.01] * 100])
    assert len(svg_of(page).findall("rect")) == MOST
    assert f"the first {MOST} tokens" in page
    assert "the first" not in heatmap("where", ["s"], ["t"], [[1]])


@pytest.mark.parametrize("token", ["<script>", "\u202e", " ", "x" * 300, "\n"])
def test_any_token_stays_text(token):
    page = heatmap(token, [token], [token], [[1.0]])
    assert "<script>" not in page
    assert "\u202e" not in page
    assert len(svg_of(page).findall("rect")) == 1

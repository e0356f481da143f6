"""Grids of source and written tokens: in a terminal, on a page, as a figure, as JSON."""

import io
import re
from xml.etree import ElementTree

import pytest
from rich.console import Console

from rnnlab.explain.explanation import Reading, explanation_of
from rnnlab.explain.figure import draw_sheet
from rnnlab.explain.grid import grid_lines, strongest_lines
from rnnlab.explain.page import page
from rnnlab.explain.sheet import Sheet, grid_of, heading, strips_of
from rnnlab.explain.terminal import show_sheet

TOKENS, WRITTEN = ["a", "dog", "runs"], ["Hund", "läuft", "<end>"]
WEIGHTS = [[0.1, 0.9, 0.0], [0.0, 0.2, 0.8], [0.3, 0.3, 0.4]]


def explanation(method="attention", weights=WEIGHTS):
    reading = Reading("a dog runs", [2, 3, 4], TOKENS, [(0, 1), (2, 5), (6, 10)], 0)
    scores = [sum(column) / 3 for column in zip(*weights, strict=True)]
    whole = explanation_of(reading, scores, method, ("Hund läuft", 0.5), "none")
    return whole._replace(outcome=-0.693, outputs=WRITTEN, weights=weights, quantity="the log probability")


def sheet_of(one):
    return Sheet(heading(one), one.text, one.tokens, one.spans, strips_of(one), (), [grid_of(one)])


def test_a_grid_has_a_strip_for_each_written_token_on_one_scale():
    grid = grid_of(explanation())
    assert [strip.name for strip in grid.strips] == WRITTEN
    assert {strip.high for strip in grid.strips} == {1.0}
    assert grid.strips[0].level(0.9) == 7
    assert grid_of(explanation()._replace(outputs=())) is None


def test_a_signed_grid_has_both_sides():
    grid = grid_of(explanation("occlusion", [[-2.0, 1.0, 0.0]] * 3))
    assert grid.strips[0].level(-2.0) == -8
    assert grid.strips[0].level(1.0) == 4


def test_the_heading_is_what_was_written():
    assert heading(explanation()) == "Hund läuft   (log probability -0.693)"


def test_source_tokens_stand_downwards_above_their_cells():
    lines = [line.plain for line in grid_lines(TOKENS, grid_of(explanation()), 80)]
    assert lines[:4] == ["       " + row for row in ("    r ", "  d u ", "  o n ", "a g s ")]
    assert [line[:7].strip() for line in lines[4:7]] == WRITTEN
    assert len(lines) == 8


def test_a_wide_grid_comes_in_bands():
    weights = [[1.0] * 50] * 3
    one = explanation()._replace(weights=weights)
    lines = list(grid_lines(["x"] * 50, grid_of(one), 40))
    assert all(line.cell_len <= 40 for line in lines)
    assert sum(line.plain.lstrip().startswith("Hund") for line in lines) == 4  # 15 tokens a band


def test_wide_letters_keep_their_columns():
    one = explanation()._replace(weights=[[1.0, 0.0]] * 3)
    lines = list(grid_lines(["日本", "x"], grid_of(one), 80))
    assert lines[0].cell_len == lines[1].cell_len == lines[2].cell_len


def test_without_colours_each_written_token_names_the_strongest_source_tokens():
    lines = [line.plain.split() for line in strongest_lines(TOKENS, grid_of(explanation()))]
    assert lines[0] == ["Hund", "dog", "0.900", "a", "0.100", "runs", "0.000"]


@pytest.mark.parametrize("colours", [True, False])
def test_a_terminal_shows_grid_and_text(colours):
    options = {"force_terminal": colours, "color_system": "truecolor", "no_color": not colours}
    console = Console(width=80, record=True, file=io.StringIO(), **options)
    show_sheet(sheet_of(explanation()), console)
    said = console.export_text()
    assert "attention, output by source" in said
    assert "<end>" in said


def test_a_page_has_a_cell_with_its_value_for_each_pair():
    text = page([sheet_of(explanation())], "why")
    table = re.search('<table class="grid">.*?</table>', text, re.DOTALL)[0]
    cells = ElementTree.fromstring(table).findall("tbody/tr/td")
    assert len(cells) == 9
    assert cells[1].get("title") == "Hund ← dog: 0.900"
    assert [cell.get("class") for cell in cells[:3]] == ["for", "for", "for"]
    assert [cell.get("style") for cell in cells[:3]] == [f"--share:{v:.3f}" for v in WEIGHTS[0]]


def test_a_figure_has_source_and_written_tokens_on_its_axes():
    axis = draw_sheet(sheet_of(explanation())).axes[0]
    assert [label.get_text() for label in axis.get_xticklabels()] == TOKENS
    assert [label.get_text() for label in axis.get_yticklabels()] == WRITTEN


def test_json_has_the_grid():
    found = explanation().to_json()
    assert found["outputs"] == WRITTEN
    assert found["weights"] == WEIGHTS

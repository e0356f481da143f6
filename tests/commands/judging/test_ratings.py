"""What people said stands in the board."""

from __future__ import annotations

from pathlib import Path

from rnnlab.commands.judging.ratings import find_ratings, ratings_section
from rnnlab.serve.rating.results import Row, Summary

ROWS = (
    Row("real text", 3.5, 4, 0.875, 0.4, 0.99, 1.2, 0.1, 2.0),
    Row("<lstm>", 0.5, 4, 0.125, 0.0, 0.6, -1.2, -2.0, -0.1),
)


def test_both_questions_are_tables_and_names_are_escaped():
    page = ratings_section(Summary(ROWS, 0.5, ROWS[::-1], None, {"Ada": 4}, 4))
    assert page.count("<table") == 2
    assert "alpha 0.500" in page
    assert "0.8750" in page
    assert "&lt;lstm&gt;" in page
    assert "<lstm>" not in page
    assert "Ada (4)" in page


def test_the_named_file_comes_first_and_else_that_of_a_run(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    assert find_ratings([first, second], None) is None
    (second / "rating.jsonl").write_text("")
    assert find_ratings([first, second], None) == second / "rating.jsonl"
    assert find_ratings([first, second], Path("other")) == Path("other")

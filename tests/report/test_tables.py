import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from rnnlab.report.tables import duration, first_line, number, render, run_table


@pytest.fixture
def result():
    return {
        "status": "finished",
        "task": "tweets",
        "model": {"name": "gru", "parameters": 1234567},
        "seed": 3,
        "seconds": 511.2,
        "tokens_per_second": 41234.5,
        "metrics": {
            "val/macro_recall": 0.65,
            "test/macro_recall": 0.6251,
            "test/recall_bad": 0.5,
            "test/recall_good": 0.75,
        },
        "data": {"source": "files", "official": True, "notes": [], "rows": {"train": 47302, "test": 12284}},
    }


def test_the_table_shows_headline_metrics_data_and_folder(result):
    text = run_table(result, "outputs/tweets/gru/1")
    assert text.splitlines()[0] == (
        "finished: tweets with gru, 1,234,567 parameters, seed 3, 8 min 31 s, 41,234 tokens/s"
    )
    assert "| val/macro_recall (best) | 0.6500 |" in text
    assert "| test/macro_recall       | 0.6251 |" in text
    assert "| bad            | 0.5000 |" in text
    assert "data:   files, official splits (train 47,302, test 12,284)" in text
    assert text.splitlines()[-1] == "folder: outputs/tweets/gru/1"


def test_rows_of_ones_own_data_are_held_out_and_not_unofficial(result):
    result["data"] |= {"official": None, "held_out": ["validation", "test"]}
    text = run_table(result)
    assert "data:   files, validation and test held out of train (train" in text
    assert "OFFICIAL" not in text


def test_splits_that_are_not_official_are_said_aloud(result):
    result["data"] |= {"official": False, "source": "package", "notes": ["test: 20 % of train, held out"]}
    text = run_table(result)
    assert "package, NOT THE OFFICIAL SPLITS" in text
    assert "note:   test: 20 % of train, held out" in text


def test_a_failed_run_shows_its_error_and_needs_nothing_else():
    text = run_table(
        {"status": "failed", "task": "imdb", "model_name": "lstm", "error": "\nValueError: no\nmore"}
    )
    assert text == "failed: imdb with lstm\nValueError: no"


def test_the_table_is_ascii_and_keeps_brackets(result):
    result["metrics"] = {"test/recall_[bold]": 1.0}
    text = run_table(result)
    assert "[bold]" in text
    assert text.isascii()


def test_a_folder_below_the_working_directory_is_shown_relative(result, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_table(result, tmp_path / "outputs" / "1").endswith("folder: outputs/1")
    assert run_table(result, "/elsewhere/1").endswith("folder: /elsewhere/1")


def test_long_cells_are_never_cut():
    assert "x" * 500 in render(["a", "b"], [["x" * 500, "1"]])


CELLS = st.text(st.sampled_from(list("ab 1.é漢👍")), max_size=6).map(str.strip)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
def test_a_table_is_the_one_that_rich_draws(rows):
    drawn = Table(box=MARKDOWN)
    for place, name in enumerate(("name", "", "値")):
        drawn.add_column(name, justify="right" if place else "left", no_wrap=True)
    for row in rows:
        drawn.add_row(*row)
    written = io.StringIO()
    Console(file=written, width=10_000, color_system=None).print(drawn)
    lines = [line.rstrip() for line in written.getvalue().strip().splitlines()]
    assert render(["name", "", "値"], rows).splitlines() == lines


def test_a_line_end_in_a_cell_is_one_in_the_table_and_other_marks_are_escaped():
    assert render(["a", "b"], [["x\ny", "1"], ["\x1b[2J", ":smile:"]]).splitlines() == [
        "| a       |       b |",
        "|---------|---------|",
        "| x       |       1 |",
        "| y       |         |",
        "| \\x1b[2J | :smile: |",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.21, "4.2 s"), (59.96, "60.0 s"), (511, "8 min 31 s"), (3725, "1 h 02 min")]
)
def test_durations(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.91234, "0.9123"), (41234.5, "41,234"), (None, ""), (float("nan"), "nan")]
)
def test_numbers(value, text):
    assert number(value) == text


def test_the_first_line_is_the_first_that_says_something():
    assert first_line("\n  \n a \n b") == "a"
    assert first_line("") == ""

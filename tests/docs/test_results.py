"""RESULTS.md and the pages of docs/results/: whole tables, commands that exist, a length that is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUMMARY = ROOT / "RESULTS.md"
PAGES = [SUMMARY, *sorted((ROOT / "docs" / "results").glob("*.md"))]
READ = 300  # lines of the summary; what is more belongs to docs/results/
RULE = re.compile(r"\|(?:-+\|)+")


def tables(page):
    """Return the tables of a page, each as its lines."""
    blocks = page.read_text(encoding="utf-8").split("\n\n")
    return [block.splitlines() for block in blocks if block.lstrip("\n").startswith("|")]


def columns(row):
    return len(re.sub(r"`[^`]*`", "", row).strip("\n").split("|")) - 2


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_each_row_has_its_table_s_columns(page):
    assert tables(page) or page.stem == "tagging"
    for lines in tables(page):
        assert RULE.fullmatch(lines[1]), lines[0]
        assert {columns(line) for line in lines} == {columns(lines[0])}, lines[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_experiments_that_are_named_exist(page):
    named = set(re.findall(r"\bexperiment=(\w+)", page.read_text(encoding="utf-8")))
    assert {name for name in named if not (ROOT / "conf" / "experiment" / f"{name}.yaml").is_file()} == set()


def test_scripts_of_the_summary_exist():
    named = re.findall(r"\b(?:scripts|tests)/\w+\.py", SUMMARY.read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_the_summary_is_short_and_names_a_commit_for_each_figure():
    text = SUMMARY.read_text(encoding="utf-8")
    assert text.count("\n") <= READ
    for lines in tables(SUMMARY):
        header, rows = lines[0], lines[2:]
        if "commit" in header:
            place = next(i for i, name in enumerate(header.split("|")) if "commit" in name)
            missing = [row for row in rows if not re.search(r"\b[0-9a-f]{7,8}\b", cells(row)[place])]
            assert missing == []


def cells(row):
    return re.sub(r"`[^`]*`", "", row).split("|")

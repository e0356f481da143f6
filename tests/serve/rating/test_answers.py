"""The results file: nothing is lost, nothing counts twice."""

from __future__ import annotations

import json

import pytest

from rnnlab.errors import SettingError
from rnnlab.serve.rating.answers import Answer, Results, create


def answer(plan, place: int = 0, rater: str = "Ada", better: str = "first") -> Answer:
    return Answer(plan.comparisons[place].id, rater, better, "second", "first", "2026-01-01T00:00:00+00:00")


@pytest.fixture
def path(plan, tmp_path):
    create(tmp_path / "ratings.jsonl", plan)
    return tmp_path / "ratings.jsonl"


def test_an_answer_is_on_disk_at_once_and_counts_once(plan, path):
    results = Results(path)
    assert results.add(answer(plan))
    assert not results.add(answer(plan, better="second"))  # a double click
    assert len(path.read_text().splitlines()) == 2
    assert results.add(answer(plan, rater="Bo"))
    again = Results(path)
    assert again.plan == plan
    assert again.answers == results.answers
    assert again.answered("Ada") == {plan.comparisons[0].id}


def test_two_processes_see_each_other(plan, path):
    one, two = Results(path), Results(path)
    assert one.add(answer(plan))
    assert not two.add(answer(plan))
    assert two.add(answer(plan, 1))
    one.refresh()
    assert len(one.answers) == 2


def test_a_line_that_was_cut_is_dropped_and_written_over(plan, path):
    results = Results(path)
    results.add(answer(plan))
    with path.open("a") as file:
        file.write('{"comparison": "cut')
    again = Results(path)
    assert len(again.answers) == 1
    assert again.add(answer(plan, 1))
    lines = path.read_text().splitlines()
    assert len(lines) == 3
    assert json.loads(lines[2])["comparison"] == plan.comparisons[1].id


def test_what_is_no_results_file_is_refused(plan, path, tmp_path):
    (tmp_path / "other.jsonl").write_text("{}\n")
    with pytest.raises(SettingError, match="is no results file of rnnlab rate"):
        Results(tmp_path / "other.jsonl")
    with pytest.raises(SettingError, match="cannot be opened"):
        Results(tmp_path / "none.jsonl")
    with path.open("a") as file:
        file.write('{"comparison": "other"}\n')
    with pytest.raises(SettingError, match="answer 1 is none that rnnlab rate writes"):
        Results(path)

"""Sweeps on the board."""

import shutil
from pathlib import Path

import pytest

from rnnlab.serve.board.index import Index
from rnnlab.serve.board.reader import Reader, sweeps_under

OLD = Path(__file__).parents[2] / "data" / "old_runs" / "outputs"


@pytest.fixture
def index(tmp_path):
    shutil.copytree(OLD / "sweeps", tmp_path / "outputs" / "sweeps")
    found = Index(tmp_path / "outputs", pause=0)
    found.refresh()
    return found


def test_a_sweep_has_its_state_jobs_and_best(index):
    (found,) = sweeps_under(index)
    assert (found["id"], found["state"], found["counts"]) == ("sweeps/lr", "finished", {"finished": 2})
    assert found["keys"] == ["optimizer.lr"]
    assert len(found["best"]) == len(found["metrics"]) == len(found["lower"]) == 1


def test_its_jobs_name_it(index):
    assert {row["sweep"] for row in index.changes()["runs"]} == {"sweeps/lr"}


def test_sweeps_are_sent_when_they_change(index):
    reader = Reader(index)
    reader.read_all()
    found = index.changes()
    assert [one["id"] for one in found["sweeps"]] == ["sweeps/lr"]
    reader.read_all()
    assert "sweeps" not in index.changes(found["version"], found["session"])


def test_a_broken_ledger_is_shown_as_such(index):
    (index.root / "sweeps" / "lr" / "ledger.jsonl").write_text("{}\nnonsense\n{}\n")
    (found,) = sweeps_under(index)
    assert found["state"] == "broken"
    assert "ledger.jsonl" in found["note"]


def test_without_sweeps_nothing_is_read(tmp_path):
    assert sweeps_under(Index(tmp_path)) == []

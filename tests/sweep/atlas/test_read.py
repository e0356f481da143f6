"""The entries of an atlas: from one sweep, from parts, and from files of earlier ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rnnlab.errors import UserError
from rnnlab.sweep.atlas.entry import Entry
from rnnlab.sweep.atlas.read import _chance, read_atlas, write_atlas
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.search_space import Space

from .made import SPACE, run_all


def read_one(made: Any) -> dict[tuple[str, str], Entry]:
    entries, notes = read_atlas([str(made.folder.path)], Path("outputs"))
    assert notes == []
    return {(entry.model, entry.probe): entry for entry in entries}


def test_an_entry_has_its_seeds_its_tuning_and_its_costs(sweep: Any) -> None:
    found = read_one(run_all(sweep))
    assert sorted(found) == [("lstm", "parity"), ("lstm", "s3"), ("mingru", "parity"), ("mingru", "s3")]
    entry = found["lstm", "parity"]
    assert [seed.seed for seed in entry.seeds] == [2, 3, 4]
    assert entry.accuracies(20) == [1.0, 1.0, 0.98]
    assert entry.quartiles(20) == pytest.approx((0.99, 1.0, 1.0))
    assert entry.solved(20) == pytest.approx(2 / 3)
    assert entry.solved(80) == 0.0
    assert entry.scaled(80) == pytest.approx(0.88)  # (0.94 - 0.5) / 0.5
    assert (entry.longest, entry.lengths, entry.unit) == (20, (20, 40, 80), "bits")
    assert [(one.state, one.validation, one.test) for one in entry.tries] == [("finished", 1.0, 1.0)] * 3
    assert (entry.budget, entry.matched) == ("laptop", "parameters=20000")
    assert entry.size == {"parameters": 20_010, "state_size": 128}
    assert entry.memory["forgetting"] == pytest.approx([0.9, 0.4, 0.3])
    assert [override.partition("=")[0] for override in entry.chosen] == ["model", "probe", "optimizer.lr"]
    assert [seed.steps_to_solve for seed in entry.seeds] == [400, 400, None]


def test_the_chance_of_a_number_is_no_accuracy() -> None:
    chance = {"20": 1 / 6}
    assert _chance({"chance": chance, "chance_metric": "loss"}) == {}
    assert _chance({"chance": chance, "chance_metric": "accuracy"}) == chance


def test_what_tuning_did_not_run_is_known(sweep: Any) -> None:
    found = read_one(run_all(sweep, enough=1, enough_value=0.9995))
    assert [one.state for one in found["lstm", "s3"].tries] == ["finished", "skipped", "skipped"]
    assert found["lstm", "s3"].enough
    assert not found["mingru", "s3"].enough


def test_parts_and_files_are_put_together(sweep: Any, tmp_path: Path) -> None:
    parity = Space((SPACE.dimensions[0], Dimension("probe", values=("parity",)), SPACE.dimensions[2]))
    one = run_all(sweep, "one", space=parity)
    whole = run_all(sweep, "whole", confirm_seeds=4)
    entries, _ = read_atlas([str(one.folder.path)], tmp_path)
    write_atlas(entries, tmp_path / "one.json")
    assert read_atlas([str(tmp_path / "one.json")], tmp_path)[0] == entries
    merged, notes = read_atlas([str(tmp_path / "one.json"), str(whole.folder.path)], tmp_path)
    assert {(entry.model, entry.probe): len(entry.seeds) for entry in merged} == {
        (model, probe): 4 for model in ("lstm", "mingru") for probe in ("parity", "s3")
    }
    assert notes[0] == "lstm on parity: in one and whole; the one with more seeds is kept"


def test_those_matched_by_state_stay_apart(sweep: Any, tmp_path: Path) -> None:
    places = [str(run_all(sweep, name, size).folder.path) for name, size in (("one", 0), ("two", 64))]
    entries, notes = read_atlas(places, tmp_path)
    assert len(entries) == 8
    assert notes == []
    assert {entry.matched for entry in entries} == {"parameters=20000", "state_size=64"}


def test_a_group_that_has_not_ended_is_noted(sweep: Any, tmp_path: Path) -> None:
    made = run_all(sweep, jobs=7)  # one group, and a job of the next
    entries, notes = read_atlas([str(made.folder.path)], tmp_path)
    assert len(entries) == 1
    wanted = "lstm on s3, mingru on parity, mingru on s3"
    assert notes == [f"no fresh seed has finished yet in atlas of {wanted}"]


BAD = {
    "no_fresh_seed": ({"jobs": 2}, "no job with a fresh seed has finished in"),
    "no_confirmation": ({"confirm_seeds": 0}, "an atlas needs sweep.confirm_seeds"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_sweep_without_fresh_seeds_is_refused(sweep: Any, tmp_path: Path, name: str) -> None:
    fields, said = BAD[name]
    made = run_all(sweep, **fields)
    with pytest.raises(UserError, match=said):
        read_atlas([str(made.folder.path)], tmp_path)


FILES = {"text": "not JSON", "other": json.dumps({"format": "x"}), "list": "[]", "broken": json.dumps(
    {"format": "rnnlab atlas 1", "entries": [{"model": "lstm"}]})}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_another_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.json").write_text(FILES[name])
    with pytest.raises(UserError, match=r"a\.json is not a file of rnnlab atlas --json"):
        read_atlas([str(tmp_path / "a.json")], tmp_path)

"""Groups that are tuned separately: one list of settings, a choice by validation, fresh seeds, kills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from rnnlab.errors import UserError
from rnnlab.run.study import journal
from rnnlab.run.study.storage import create_study
from rnnlab.sweep.groups import best_of, groups_of, plan, planned_jobs
from rnnlab.sweep.job_broker import JobBroker
from rnnlab.sweep.ledger.rebuild import rebuild
from rnnlab.sweep.ledger.row import Outcome, Row
from rnnlab.sweep.ledger.trouble import check_ledger
from rnnlab.sweep.outcome.record import read_record
from rnnlab.sweep.outcome.status import status
from rnnlab.sweep.outcome.summary import summary
from rnnlab.sweep.resume import take_up
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.search_space import Space
from rnnlab.sweep.worker import Worker

from .test_exact import APPEND, Kill, Kills

RATE = Dimension("optimizer.lr", "float", low=1e-4, high=1e-1, log=True)
MODEL = Dimension("model", values=("gru", "lstm"))
LAYERS = Dimension("model.num_layers", values=("1", "2"))
FIELDS: dict[str, Any] = {
    "space": Space((MODEL, LAYERS, RATE)),
    "each": ("model", "model.num_layers"),
    "trials": 4,
    "confirm_seeds": 2,
    "identity": "one",
}


@pytest.fixture
def planned(sweep: Any) -> Callable[..., Any]:
    """A function from fields of the spec to a sweep of four groups that has just started."""

    def make(name: str = "mine", **fields: Any) -> Any:
        made = sweep(name, **{**FIELDS, **fields})
        create_study(made.folder.path, made.spec.name, made.spec.directions, None)
        plan(made.spec, made.ledger)
        return made

    return make


def value_of(row: Row) -> float:
    """What a training reaches: the smaller the rate the better, and less with a fresh seed."""
    return round(1 - row.values["optimizer.lr"] - 0.1 * (row.confirms is not None), 9)


def work(made: Any, name: str = "w", value: Callable[[Row], float] = value_of, steps: int = 9) -> list[Row]:
    desk, rows = JobBroker(made.folder, made.spec, name, made.clock), []
    while (row := desk.take()) is not None:
        rows.append(row)
        why = desk.needless(row)
        outcome = Outcome("skipped", note=why) if why else Outcome("finished", (value(row),), steps=steps)
        assert desk.finish(row, outcome)
    return rows


def key(row: Row) -> tuple[str, ...]:
    return row.values["model"], row.values["model.num_layers"]


def test_every_group_tries_the_same_settings_and_then_its_best_with_fresh_seeds(planned: Any) -> None:
    made = planned()
    rows = work(made)
    tuning, fresh = [r for r in rows if r.confirms is None], [r for r in rows if r.confirms is not None]
    assert Counter(map(key, tuning)) == {(m, n): 4 for m in ("gru", "lstm") for n in "12"}
    groups = dict.fromkeys(map(key, tuning))
    lists = {g: [r.values["optimizer.lr"] for r in tuning if key(r) == g] for g in groups}
    assert len(set(map(tuple, lists.values()))) == 1
    assert not any("seed=" in " ".join(row.overrides) for row in tuning)
    assert Counter(map(key, fresh)) == dict.fromkeys(lists, 2)
    assert {row.values["optimizer.lr"] for row in fresh} == {min(next(iter(lists.values())))}
    assert [row.overrides[-1] for row in fresh] == ["seed=2", "seed=3"] * 4
    order = [key(row) for row in rows]
    assert order == sorted(order, key=order.index), "a group is confirmed before the next one is tuned"


def test_the_groups_are_found_once_and_not_for_each_job(
    planned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, found = planned(enough=1, enough_value=2.0), []
    monkeypatch.setattr("rnnlab.sweep.groups.groups_of", lambda *args: found.append(1) or groups_of(*args))
    assert len(work(made)) == 4 * (4 + 2)
    assert len(found) == 1


def test_settings_of_tuning_alone_are_not_those_of_fresh_seeds(planned: Any) -> None:
    made = planned(tune=("trainer.max_steps=3",))
    for row in work(made):
        assert ("trainer.max_steps=3" in row.overrides) == (row.confirms is None)


def test_the_list_is_that_of_the_seed_alone(planned: Any) -> None:
    rates = [[row.values["optimizer.lr"] for row in planned(name, seed=seed).ledger.sync().rows]
             for name, seed in (("one", 0), ("two", 0), ("three", 5))]  # fmt: skip
    assert rates[0] == rates[1] != rates[2]
    assert len(set(rates[0])) == 4


def test_of_equal_settings_the_one_with_fewer_steps_is_chosen(planned: Any) -> None:
    made = planned(each=(), space=Space((RATE,)))
    desk = JobBroker(made.folder, made.spec, "w", made.clock)
    for steps in (500, 300, 300, 400):
        row = desk.take()
        assert row is not None
        desk.finish(row, Outcome("finished", (1.0,), steps=steps))
    last = desk.take()
    assert last is not None
    assert last.confirms == 1


def test_a_group_ends_its_tuning_once_enough_settings_are_good(planned: Any) -> None:
    made = planned(enough=2, enough_value=0.95)
    good = {"gru"}
    rows = work(made, value=lambda row: 1.0 if row.values["model"] in good else 0.5)
    states = Counter((row.values["model"], row.state) for row in rows if row.confirms is None)
    assert states == {("gru", "finished"): 4, ("gru", "skipped"): 4, ("lstm", "finished"): 8}
    assert sum(row.confirms is not None for row in rows) == 8
    notes = {row.note for row in rows if row.state == "skipped"}
    assert "not run: the settings 0, 1 of its group reached sweep.enough_value=0.95" in notes


def test_jobs_that_were_not_run_have_a_word_of_their_own_also_in_older_ledgers(planned: Any) -> None:
    made = planned(enough=2, enough_value=0.95)
    work(made, value=lambda row: 1.0 if row.values["model"] == "gru" else 0.5)
    assert read_record(made.folder).counts == {"finished": 20, "skipped": 4}
    lines = made.folder.ledger.read_text()
    made.folder.ledger.write_text(lines.replace('"skipped"', '"pruned"'))
    record = read_record(made.folder)
    assert record.counts == {"finished": 20, "skipped": 4}
    assert "24 jobs of 20 settings: 20 finished, 4 skipped" in summary(record).replace("\n", " ")


def test_a_group_without_a_finished_setting_has_no_fresh_seeds_and_says_so(planned: Any) -> None:
    made = planned(max_failure_rate=1.0)
    desk = JobBroker(made.folder, made.spec, "w", made.clock)
    while (row := desk.take()) is not None:
        bad = row.values["model"] == "gru"
        error = Outcome("failed", error="diverged", cause="diverged", failed=True)
        desk.finish(row, error if bad else Outcome("finished", (0.5,)))
    assert desk.is_over
    record = read_record(made.folder)
    assert (record.planned, len(record.rows)) == (20, 20)
    assert set(record.lost.values()) == {
        "no setting of gru, 1 has finished",
        "no setting of gru, 2 has finished",
    }
    assert "no setting of gru, 1 has finished" in summary(record)


def test_the_first_setting_may_be_the_best(planned: Any) -> None:
    made = planned()
    rows = work(made, value=lambda row: 0.9 if row.trial % 4 == 0 else 0.1)
    assert [row.confirms for row in rows if row.confirms is not None] == [0, 0, 4, 4, 8, 8, 12, 12]
    assert len(rows) == 24
    assert len(groups_of(made.spec, made.ledger.sync())) == 4


def test_two_workers_share_the_jobs_and_choose_once(planned: Any) -> None:
    made = planned()
    desks = [JobBroker(made.folder, made.spec, name, made.clock) for name in ("w1", "w2")]
    seen = []
    while not desks[0].is_over:
        taken = [(desk, desk.take()) for desk in desks]
        for desk, row in taken:
            if row is not None:
                seen.append(row.number)
                desk.finish(row, Outcome("finished", (value_of(row),)))
        desks[0].ledger.sync()
    assert sorted(seen) == list(range(4 * 4 + 4 * 2))


@pytest.mark.parametrize("behind", [False, True], ids=["before_a_write", "behind_a_write"])
def test_a_kill_at_any_moment_changes_nothing(
    planned: Any, monkeypatch: pytest.MonkeyPatch, behind: bool
) -> None:
    small = {"space": Space((MODEL, RATE)), "each": ("model",), "trials": 2}
    whole = planned("whole", **small)
    take_up(whole.folder, whole.spec, retry_failed=False)
    work(whole)
    wanted = [(r.overrides, r.state, r.objective, r.confirms) for r in whole.ledger.sync().rows]
    for kill in range(1, 30, 3):
        made, kills, life = planned(f"killed{kill}", **small), Kills(kill, behind=behind), 0
        monkeypatch.setattr(journal, "_append", kills)
        while True:
            try:
                take_up(made.folder, made.spec, retry_failed=False)
                work(made, f"w{life}")
                break
            except Kill:
                life += 1
        monkeypatch.setattr(journal, "_append", APPEND)
        found = [(r.overrides, r.state, r.objective, r.confirms) for r in made.ledger.sync().rows]
        assert found == wanted, kill


def test_status_and_summary_show_tuning_and_fresh_seeds_apart(planned: Any) -> None:
    made = planned()
    assert "tuning 0 of 16 jobs, fresh seeds 0 of 8; 0 of 4 groups done" in status(read_record(made.folder))
    assert "no group has been tuned" in summary(read_record(made.folder))
    work(made)
    record = read_record(made.folder)
    assert "groups:   tuning 16 of 16 jobs, fresh seeds 8 of 8; 4 of 4 groups done" in status(record)
    lines = [line for line in summary(record).splitlines() if line.startswith("| ")]
    assert len(lines) == 1 + 4
    assert record.is_over
    assert planned_jobs(made.spec, made.ledger.sync(), 20) == 24


def write_run(made: Any, row: Row) -> None:
    """What a finished training leaves."""
    import json

    folder = made.folder.job(row.number)
    folder.mkdir()
    result = {"status": "finished", "metrics": {"val/macro_recall": value_of(row)}, "steps": 9}
    result |= {"overrides": [*made.spec.overrides, *row.overrides], "seconds": 1.0}
    (folder / "config.yaml").write_text("trainer: {}\n")
    (folder / "result.json").write_text(json.dumps(result))


@pytest.mark.parametrize("count", [0, 5, 18, 24], ids=["none", "tuning", "confirming", "all"])
def test_a_lost_ledger_is_rebuilt_from_the_run_folders(planned: Any, count: int) -> None:
    made = planned(tune=("trainer.max_steps=5",))
    desk = JobBroker(made.folder, made.spec, "w", made.clock)
    for _ in range(count):
        row = desk.take()
        assert row is not None
        write_run(made, row)
        desk.finish(row, Outcome("finished", (value_of(row),), steps=9))
    before = [(r.overrides, r.objective, r.confirms) for r in made.ledger.sync().rows if r.objective]
    made.folder.ledger.unlink()
    assert rebuild(made.folder, made.spec).startswith("rebuilt from the run folders:")
    made.ledger = check_ledger(made.folder, made.spec)
    after = [(r.overrides, r.objective, r.confirms) for r in made.ledger.rows if r.objective]
    assert after == before
    take_up(made.folder, made.spec, retry_failed=False)
    work(made, "again")
    groups = groups_of(made.spec, made.ledger.sync())
    assert len(groups) == 4
    for group in groups:
        best, last = best_of(made.spec, made.ledger, group), group.confirmation
        assert best is not None
        assert last is not None
        assert {made.ledger.rows[n].confirms for n in last.jobs or ()} == {best.number}


def test_lost_lines_are_found_out(planned: Any) -> None:
    made = planned()
    lines = made.folder.ledger.read_text().splitlines(keepends=True)
    made.folder.ledger.write_text("".join(lines[:-6]))
    with pytest.raises(UserError, match=r"has 1[0-9] of the sweep's 20 settings"):
        check_ledger(made.folder, made.spec)


def test_a_worker_does_not_run_what_its_group_does_not_need(
    planned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rnnlab.sweep import worker as module

    monkeypatch.setattr(module, "Identities", lambda *folders: None)
    made = planned(enough=1, enough_value=0.5)
    worker = Worker(made.folder, "0")
    first = worker.desk.take()
    assert first is not None
    worker.desk.finish(first, Outcome("finished", (0.9,)))
    second = worker.desk.take()
    assert second is not None
    known = worker._known(second)
    assert known is not None
    assert (known.state, known.note) == ("skipped", worker.desk.needless(second))

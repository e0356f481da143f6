"""The desk: what a worker is given, what the study is told, when a sweep stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from optuna.trial import TrialState

from rnnlab.run.study.storage import create_study
from rnnlab.sweep.job_broker import JobBroker
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.row import Outcome
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.search_space import Space
from rnnlab.sweep.spec import jobs_of

RATE = Dimension("optimizer.lr", "float", low=1e-4, high=1e-1, log=True)
GRID = Space((Dimension("model", values=("gru", "lstm")), Dimension("seed", values=("1", "2"))))
DONE = Outcome("finished", (0.5,))


@pytest.fixture
def desks(sweep: Any) -> Callable[..., list[JobBroker]]:
    """A function from fields of the spec to two desks at one new sweep."""

    def make(**fields: Any) -> list[JobBroker]:
        made = sweep(**{"space": Space((RATE,)), **fields})
        spec = made.spec
        create_study(made.folder.path, spec.name, spec.directions, spec.storage)
        if spec.sampler == "grid":
            Ledger(made.folder).add_trials(jobs_of(spec, values) for values in spec.space.grid())
        Ledger(made.folder, made.clock).go()
        return [JobBroker(made.folder, spec, name, made.clock) for name in ("w1", "w2")]

    return make


def finish_all(desk: JobBroker, value: Callable[[Any], float] = lambda row: 0.5) -> list[Any]:
    rows = []
    while (row := desk.take()) is not None:
        rows.append(row)
        assert desk.finish(row, Outcome("finished", (value(row),)))
    return rows


def test_a_grid_is_worked_through_once_by_both(desks: Any) -> None:
    one, two = desks(sampler="grid", space=GRID, trials=None)
    taken = [desk.take() for desk in (one, two, one, two)]
    assert [row.number for row in taken] == [0, 1, 2, 3]
    assert [row.overrides for row in taken][:2] == [("model=gru", "seed=1"), ("model=gru", "seed=2")]
    assert one.take() is None
    assert not one.is_over
    for desk, row in zip((one, two, one, two), taken, strict=True):
        desk.finish(row, DONE)
    assert one.take() is None
    assert one.is_over
    assert [trial.value for trial in one.study.trials] == [0.5] * 4
    assert one.study.trials[0].params == {"model": "gru", "seed": "1"}


@pytest.mark.parametrize("sampler", ["random", "tpe", "qmc", "cmaes", "gp"])
def test_samplers_choose_as_many_as_are_wanted(desks: Any, sampler: str) -> None:
    one, two = desks(sampler=sampler, trials=6)
    rows = finish_all(one, lambda row: -abs(row.values["optimizer.lr"] - 0.01))
    assert len(rows) == 6
    assert two.take() is None
    assert one.is_over
    assert len({row.values["optimizer.lr"] for row in rows}) == 6
    assert all(row.overrides == (f"optimizer.lr={row.values['optimizer.lr']!r}",) for row in rows)
    assert [trial.state for trial in two.study.trials] == [TrialState.COMPLETE] * 6


def test_the_same_seed_gives_the_same_settings_whoever_asks(desks: Any) -> None:
    one, two = desks(trials=4)
    first = [desk.take().values for desk in (one, two, one, two)]
    third, _ = desks(name="again", trials=4)
    assert first == [third.take().values for _ in range(4)]


def test_first_trials_are_tried_first(desks: Any) -> None:
    one, _ = desks(trials=2, first=({"optimizer.lr": 0.05},))
    rows = finish_all(one)
    assert rows[0].values == {"optimizer.lr": 0.05}
    assert rows[1].values != {"optimizer.lr": 0.05}


def test_several_seeds_are_jobs_of_one_trial_and_averaged(desks: Any) -> None:
    one, two = desks(trials=1, seeds=3)
    rows = [one.take(), two.take(), one.take()]
    assert [row.overrides[-1] for row in rows] == ["seed=1", "seed=2", "seed=3"]
    assert {row.trial for row in rows} == {0}
    one.finish(rows[0], Outcome("finished", (0.2,)))
    two.finish(rows[1], Outcome("finished", (0.4,)))
    one.finish(rows[2], Outcome("failed", error="no", failed=True))
    assert [(trial.state, trial.value) for trial in one.study.trials] == [
        (TrialState.COMPLETE, pytest.approx(0.3))
    ]


def test_several_objectives(desks: Any) -> None:
    fields = {"metrics": ("val/accuracy", "parameters"), "directions": ("maximize", "minimize")}
    one, _ = desks(sampler="nsga2", trials=3, **fields)
    while (row := one.take()) is not None:
        one.finish(row, Outcome("finished", (row.values["optimizer.lr"], 10.0 * row.number)))
    assert all(len(trial.values) == 2 for trial in one.study.trials)
    assert one.study.best_trials


def test_settings_that_break_a_constraint_are_drawn_again(desks: Any) -> None:
    space = Space((RATE,), constraints=("optimizer.lr > 0.01",))
    one, _ = desks(trials=5, space=space)
    assert all(row.values["optimizer.lr"] > 0.01 for row in finish_all(one))
    assert {trial.state for trial in one.study.trials} == {TrialState.COMPLETE, TrialState.FAIL}


def test_a_constraint_that_nothing_fulfils_ends(desks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnlab.sweep.job_broker.MOST_INFEASIBLE", 5)
    one, _ = desks(trials=1, space=Space((RATE,), constraints=("optimizer.lr > 1",)))
    assert one.take() is None
    assert one.is_over
    assert "5 settings in a row break" in one.ledger.trials[0].error


def test_nothing_starts_after_the_time_is_over_and_what_runs_may_end(desks: Any) -> None:
    one, _ = desks(trials=9, timeout=100.0)
    row = one.take()
    one.clock.now += 101
    assert one.take() is None
    assert one.ledger.stopped == "sweep.timeout=100s is over"
    assert not one.ledger.cancelled
    assert not one.is_over
    assert one.finish(row, DONE)
    assert one.is_over


def test_too_many_failures_stop_it(desks: Any) -> None:
    one, _ = desks(trials=20, max_failure_rate=0.4)
    for number in range(3):
        assert one.ledger.stopped is None, number
        one.finish(one.take(), Outcome("failed", error="no", cause="error", failed=True))
    assert one.ledger.stopped == "3 of 3 jobs failed, more than sweep.max_failure_rate=0.4"
    assert one.take() is None


def test_a_pruned_job_prunes_its_trial(desks: Any) -> None:
    one, _ = desks(trials=1, pruner="median")
    one.finish(one.take(), Outcome("pruned", (0.1,)))
    assert one.study.trials[0].state is TrialState.PRUNED


def test_a_preempted_job_stays_open_in_the_study(desks: Any) -> None:
    one, two = desks(trials=1)
    row = one.take()
    one.finish(row, Outcome("preempted"))
    assert one.study.trials[0].state is TrialState.RUNNING
    again = two.take()
    assert (again.number, again.attempts) == (row.number, 2)
    two.finish(again, DONE)
    assert len(two.study.trials) == 1


def test_what_a_kill_kept_from_the_study_is_told_later(desks: Any) -> None:
    one, two = desks(trials=2)
    row = one.take()
    one.ledger.end("w1", row, "finished", objective=[0.7])  # killed before it told the study
    orphan, _ = one._ask(1, 0)  # killed before it told the ledger
    two.ledger.sync()
    two.catch_up()
    states = {trial.number: trial.state for trial in two.study.trials}
    assert states == {0: TrialState.COMPLETE, orphan.number: TrialState.FAIL}
    assert two.study.trials[0].value == 0.7


def test_a_database_holds_the_study_as_well(desks: Any, tmp_path: Any) -> None:
    one, _ = desks(trials=2, storage=f"sqlite:///{tmp_path}/study.db")
    assert len(finish_all(one)) == 2
    assert (tmp_path / "study.db").is_file()
    assert not one.folder.study.exists()


def test_seeds_start_at_the_runs_own(desks: Any) -> None:
    one, _ = desks(trials=1)
    spec = replace(one.spec, seeds=2, first_seed=7)
    jobs = jobs_of(spec, {"optimizer.lr": 0.1})
    assert [job["overrides"] for job in jobs] == [
        ["optimizer.lr=0.1", "seed=7"],
        ["optimizer.lr=0.1", "seed=8"],
    ]

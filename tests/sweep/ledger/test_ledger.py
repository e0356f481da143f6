"""The ledger: every job is had by one worker, ends once, and numbers have no gaps."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.events import MOST_LOSSES
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.row import ENDED


def job(name: str) -> dict:
    return {"overrides": [f"model={name}"], "values": {"model": name}}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ticks = itertools.count()
    ledger = Ledger(SweepFolder(tmp_path), clock=lambda: float(next(ticks)))
    ledger.add_trials([[job("a")], [job("b"), job("b2")]])
    return ledger


def test_jobs_are_had_in_their_order_and_by_one_worker(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(SweepFolder(tmp_path))
    rows = [ledger.claim("w1"), other.claim("w2"), ledger.claim("w1")]
    assert [(row.number, row.trial, row.worker) for row in rows if row] == [
        (0, 0, "w1"),
        (1, 1, "w2"),
        (2, 1, "w1"),
    ]
    assert ledger.claim("w1") is None


def test_an_end_is_written_once_and_by_who_has_the_job(ledger: Ledger) -> None:
    row = ledger.claim("w1")
    assert not ledger.end("w2", row, "finished", objective=[0.5])
    assert ledger.end("w1", row, "finished", objective=[0.5])
    assert not ledger.end("w1", row, "failed")
    assert (ledger.rows[0].state, ledger.rows[0].objective) == ("finished", (0.5,))


def test_jobs_with_the_same_choices_are_found_by_their_key(ledger: Ledger, tmp_path: Path) -> None:
    rows = [ledger.claim("w1") for _ in range(3)]
    for row, key in zip(rows, ("one", "two", "one"), strict=True):
        ledger.identify(row, key)
    ledger.identify(rows[1], "three")  # it has a key
    for reader in (ledger, Ledger(SweepFolder(tmp_path)).sync()):
        found = {key: [row.number for row in reader.equal_jobs(key)] for key in ("one", "two", "three")}
        assert found == {"one": [0, 2], "two": [1], "three": []}


def test_what_a_dead_worker_had_waits_again_and_counts_its_time(ledger: Ledger) -> None:
    row = ledger.claim("w1")
    assert [r.number for r in ledger.release(["w1"])] == [0]
    assert ledger.rows[0].state == "waiting"
    assert ledger.rows[0].seconds > 0
    assert not ledger.end("w1", row, "finished")
    assert ledger.claim("w2").number == 0
    assert ledger.rows[0].attempts == 2


def test_a_job_that_takes_every_worker_with_it_fails(ledger: Ledger) -> None:
    for _ in range(MOST_LOSSES + 1):
        ledger.claim("w1")
        ledger.release(["w1"])
    assert (ledger.rows[0].state, ledger.rows[0].cause) == ("failed", "killed")
    assert "lost 6 times" in ledger.rows[0].error


def test_a_preempted_job_is_taken_before_those_behind_it(ledger: Ledger) -> None:
    row = ledger.claim("w1")
    ledger.end("w1", row, "preempted")
    assert ledger.claim("w2").number == 0


def test_nothing_starts_after_a_stop_until_it_goes_on(ledger: Ledger) -> None:
    ledger.stop("enough", cancel=False)
    assert ledger.claim("w1") is None
    assert ledger.open_trial("w1", 10) is None
    assert (ledger.stopped, ledger.cancelled) == ("enough", False)
    ledger.stop("cancelled")
    assert ledger.cancelled
    ledger.go()
    assert ledger.claim("w1").number == 0


def test_failed_jobs_wait_again_when_they_are_retried(ledger: Ledger) -> None:
    row = ledger.claim("w1")
    ledger.end("w1", row, "failed", error="no", cause="error", failed=True)
    ledger.retry([0, 1])
    assert (ledger.rows[0].state, ledger.rows[0].failures) == ("waiting", 0)
    assert ledger.rows[1].state == "waiting"


def test_a_trial_that_was_opened_by_a_dead_worker_is_chosen_by_the_next(tmp_path: Path) -> None:
    ledger = Ledger(SweepFolder(tmp_path))
    assert ledger.open_trial("w1", 2) == 0
    assert ledger.open_trial("w2", 2) == 1
    assert ledger.open_trial("w3", 2) is None
    ledger.release(["w1"])
    assert ledger.open_trial("w3", 2) == 0
    assert ledger.fill_trial("w1", 0, [job("late")]) is None
    row = ledger.fill_trial("w3", 0, [job("a"), job("b")], study=7)
    assert (row.number, row.worker, ledger.trials[0].study) == (0, "w3", 7)
    assert ledger.rows[1].state == "waiting"
    assert not ledger.is_over(2)


class Sweep(RuleBasedStateMachine):
    """Random claims, ends, deaths and kills of four workers, each with a ledger of its own."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.place = tempfile.TemporaryDirectory()
        self.folder = SweepFolder(Path(self.place.name))
        self.ledgers = [Ledger(self.folder) for _ in range(4)]
        self.has: list[int | None] = [None] * 4
        self.ended: list[int] = []
        self.limit = 12

    def teardown(self) -> None:
        self.place.cleanup()

    @rule(worker=st.integers(0, 3))
    def take(self, worker: int) -> None:
        if self.has[worker] is not None:
            return
        ledger, name = self.ledgers[worker], f"w{worker}"
        row = ledger.claim(name)
        if row is None:
            number = ledger.open_trial(name, self.limit)
            row = None if number is None else ledger.fill_trial(name, number, [job("a"), job("b")])
        if row is not None:
            assert row.number not in self.has
            assert row.number not in self.ended
            self.has[worker] = row.number

    @rule(
        worker=st.integers(0, 3),
        state=st.sampled_from(["finished", "failed", "pruned", "skipped", "preempted"]),
    )
    def end(self, worker: int, state: str) -> None:
        number = self.has[worker]
        if number is not None:
            ledger = self.ledgers[worker]
            assert ledger.end(f"w{worker}", ledger.rows[number], state)
            self.has[worker] = None
            self.ended += [number] if state in ENDED else []

    @rule(worker=st.integers(0, 3), watcher=st.integers(0, 3))
    def die(self, worker: int, watcher: int) -> None:
        """The worker starts anew under its old name, with a ledger that has read nothing."""
        self.ledgers[watcher].release([f"w{worker}"])
        self.ledgers[worker] = Ledger(self.folder).sync()
        number, self.has[worker] = self.has[worker], None
        if number is not None and self.ledgers[worker].rows[number].state == "failed":
            self.ended.append(number)

    @rule(cut=st.integers(1, 60))
    def tear(self, cut: int) -> None:
        """A writer is killed in mid-line."""
        with self.folder.ledger.open("ab") as file:
            file.write((b'{"op":"claim","w":"w9","job":0,"t":' + b"1" * 60)[:cut])

    @invariant()
    def all_read_the_same(self) -> None:
        fresh = Ledger(self.folder).sync()
        for ledger in self.ledgers:
            assert ledger.sync().rows == fresh.rows
        assert [row.number for row in fresh.rows] == list(range(len(fresh.rows)))
        running = {row.number for row in fresh.rows if row.state == "running"}
        assert running == {number for number in self.has if number is not None}
        assert sorted(self.ended) == [row.number for row in fresh.rows if row.state in ENDED]


TestSweep = Sweep.TestCase
TestSweep.settings = settings(stateful_step_count=40, suppress_health_check=[HealthCheck.too_slow])

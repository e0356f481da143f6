"""The source of truth about a sweep: every job, its worker and its outcome, in an append-only file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rnnlab.sweep.ledger.events import Event
from rnnlab.sweep.ledger.reader import BrokenLedger as BrokenLedger
from rnnlab.sweep.ledger.reader import LedgerReader
from rnnlab.sweep.ledger.row import Row

Jobs = Sequence[dict[str, Any]]


class Ledger(LedgerReader):
    """The rows of a sweep, built from its events; each process has its own object.

    An action holds the file's lock while it reads new events, decides and writes, so that no two workers
    get the same job and numbers have no gaps.
    """

    def begin(self, identity: str | None) -> None:
        """Write the sweep's id as the first line."""
        self._write(lambda: [{"op": "sweep", "id": identity}])

    def add_trials(self, trials: Iterable[Jobs]) -> None:
        """Write trials that are known from the start, each a list of jobs (`overrides`, `values`)."""
        self._write(lambda: [{"op": "add", "jobs": list(jobs)} for jobs in trials])

    def reserve(self, trials: int) -> None:
        """Write trials whose jobs follow from the results of others; `fill_ready` fills them."""
        first = len(self.trials)
        self._write(lambda: [self._event("open", None, trial=first + place) for place in range(trials)])

    def fill_ready(self, worker: str, ready: Callable[[], Mapping[int, tuple[Jobs, str | None]]]) -> None:
        """Fill reserved trials.

        Args:
            ready: called with the newest state; returns the jobs of each trial to fill, or why it has none.
        """

        def decide() -> list[Event]:
            events = []
            for number, (jobs, error) in {} if self.stopped else ready().items():
                if self.trials[number].worker is not None:  # it was killed between the next two lines
                    events.append(self._event("release", self.trials[number].worker, trial=number))
                events.append(self._event("open", worker, trial=number))
                events.append(self._event("fill", worker, trial=number, jobs=list(jobs), error=error))
            return events

        self._write(decide)

    def claim(self, worker: str) -> Row | None:
        """Claim the first job that no worker has; return None if there is none."""

        def decide() -> list[Event]:
            row = None if self.stopped else self._rows.next_open()
            return [] if row is None else [self._event("claim", worker, job=row.number)]

        return self._claimed(self._write(decide), worker)

    def open_trial(self, worker: str, trials: int) -> int | None:
        """Open a trial for this worker to choose; return its number, or None if there are enough already."""

        def decide() -> list[Event]:
            back = self._rows.next_unchosen()
            number = len(self.trials) if back is None else back.number
            if self.stopped or number >= trials:
                return []
            return [self._event("open", worker, trial=number)]

        events = self._write(decide)
        number = events[0]["trial"] if events else None
        return number if number is not None and self.trials[number].worker == worker else None

    def fill_trial(
        self, worker: str, trial: int, jobs: Jobs, study: int | None = None, error: str | None = None
    ) -> Row | None:
        """Write the jobs chosen for a trial; claim and return its first job, None if there is none.

        study: Optuna's id of the trial; error: why it has no jobs.
        """

        def decide() -> list[Event]:
            if self.trials[trial].worker != worker or self.trials[trial].jobs is not None:
                return []  # it took so long that others considered it dead
            fill = self._event("fill", worker, trial=trial, jobs=list(jobs), study=study, error=error)
            claim = self._event("claim", worker, job=len(self.rows))
            return [fill, claim] if jobs else [fill]

        return self._claimed(self._write(decide), worker)

    def link(self, trial: int, study: int) -> None:
        """Record Optuna's id of a trial, unless it has one."""
        event = {"op": "study", "trial": trial, "study": study}
        self._write(lambda: [event] if self.trials[trial].study is None else [])

    def identify(self, row: Row, key: str) -> None:
        """Record the hash of a job's resolved choices."""
        self._write(lambda: [{"op": "key", "job": row.number, "key": key}] if row.key is None else [])

    def end(self, worker: str, row: Row, state: str, **facts: Any) -> bool:
        """Record how a job ended; return False if it no longer belongs to this worker.

        Args:
            state: a final state, or `waiting` or `preempted` for a job to resume later.
            facts: objective, error, cause, note, more (see Row), failed (whether it counts as a failure).
        """
        event = self._event("end", worker, job=row.number, state=state, **facts)
        mine = False

        def decide() -> list[Event]:
            nonlocal mine
            now = self.rows[row.number]
            mine = now.state == "running" and now.worker == worker
            return [event] if mine else []

        self._write(decide)
        return mine

    def release(self, dead: Iterable[str]) -> list[Row]:
        """Release what dead workers had; return the jobs."""
        gone, back = set(dead), list[Row]()

        def decide() -> list[Event]:
            back.extend(row for row in self._running() if row.worker in gone)
            events = [self._event("release", row.worker, job=row.number) for row in back]
            for trial in self._rows.unchosen.values():
                if trial.worker in gone:
                    events.append(self._event("release", trial.worker, trial=trial.number))
            return events

        self._write(decide)
        return back

    def retry(self, numbers: Iterable[int]) -> None:
        """Let failed jobs be taken again."""
        self._write(lambda: [{"op": "retry", "jobs": list(numbers)}])

    def stop(self, why: str, cancel: bool = True) -> None:
        """Start no further job; with `cancel`, running jobs also save and exit."""
        event = {"op": "stop", "why": why, "cancel": cancel, "t": self.clock()}
        self._write(lambda: [] if self.stopped and (self.cancelled or not cancel) else [event])

    def go(self) -> None:
        """Start the sweep, or resume it after a stop."""
        self._write(lambda: [{"op": "go", "t": self.clock()}])

    def _event(self, op: str, worker: str | None, **facts: Any) -> Event:
        given = {name: value for name, value in facts.items() if value is not None}
        return {"op": op, "w": worker, "t": self.clock(), **given}

    def _claimed(self, events: list[Event], worker: str) -> Row | None:
        row = self.rows[events[-1]["job"]] if events and events[-1]["op"] == "claim" else None
        return row if row is not None and row.worker == worker and row.state == "running" else None

    def _write(self, decide: Callable[[], list[Event]]) -> list[Event]:
        """Decide on the newest state, write the events, and read them back."""
        written: list[Event] = []

        def fresh() -> list[Event]:
            self.sync()
            written.extend(decide())
            return written

        self.journal.append(fresh)
        self.sync()
        return written

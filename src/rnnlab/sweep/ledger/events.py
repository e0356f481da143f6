"""Apply the events in a sweep's ledger to its rows.

A line that does not fit the current rows changes nothing: if two workers want the same job, the one whose
line is first in the file gets it.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rnnlab.sweep.ledger.row import OPEN, Row, Trial

Event = dict[str, Any]
NOT_RUN = "not run: "  # how the notes of jobs begin that older ledgers call pruned although they never ran
MOST_LOSSES = 5  # deaths of workers during one job, which then counts as failed


@dataclass
class Rows:
    """All jobs and trials, by number.

    Attributes:
        identity: id of the sweep.
        stopped: why no more jobs may start; cancelled: whether running ones must save and exit, too.
        begun: the sweep's last start, in seconds since 1970.
        lost: how many workers died during each job.
        unended: jobs that have not ended; ended: how many have, by state; unchosen: trials without jobs yet.
        keyed: jobs by their identity; see `Row.key`.
    """

    jobs: list[Row] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    identity: str | None = None
    stopped: str | None = None
    cancelled: bool = False
    begun: float = 0.0
    lost: dict[int, int] = field(default_factory=dict)
    unended: set[int] = field(default_factory=set)
    unchosen: dict[int, Trial] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)
    keyed: dict[str, list[int]] = field(default_factory=dict)
    # a heap of jobs that were open when they were put there, those that confirm a choice first
    _open: list[tuple[bool, int]] = field(default_factory=list)

    def next_open(self) -> Row | None:
        """Return the first job that no worker has."""
        while self._open and self.jobs[self._open[0][1]].state not in OPEN:
            heapq.heappop(self._open)
        return self.jobs[self._open[0][1]] if self._open else None

    def next_unchosen(self) -> Trial | None:
        """Return a trial whose worker died before it had chosen."""
        return next((trial for trial in self.unchosen.values() if trial.worker is None), None)

    def apply(self, event: Event) -> None:
        ACTIONS[event["op"]](self, event)

    def reopen(self, row: Row, state: str) -> None:
        self.ended[row.state] -= row.number not in self.unended
        row.state = state
        self._push(row)

    def close(self, row: Row, state: str) -> None:
        row.state = state
        self.unended.discard(row.number)
        self.ended[state] += 1

    def create(self, trial: int, job: Event) -> int:
        number = len(self.jobs)
        confirms = job.get("confirms")
        self.jobs.append(Row(number, trial, tuple(job["overrides"]), job["values"], confirms=confirms))
        self._push(self.jobs[number])
        return number

    def _push(self, row: Row) -> None:
        self.unended.add(row.number)
        heapq.heappush(self._open, (row.confirms is None, row.number))


def _sweep(rows: Rows, event: Event) -> None:
    if rows.identity not in (None, event["id"]):
        raise ValueError("it has lines of another sweep")
    rows.identity = event["id"]


def _add(rows: Rows, event: Event) -> None:
    """Add a whole trial that is known from the start, as in a grid."""
    trial = Trial(len(rows.trials), None)
    rows.trials.append(trial)
    trial.jobs = tuple(rows.create(trial.number, job) for job in event["jobs"])


def _open(rows: Rows, event: Event) -> None:
    """Let a worker choose a trial: a new one, or one that was released."""
    number = event["trial"]
    if number == len(rows.trials):
        rows.trials.append(Trial(number, event["w"]))
        rows.unchosen[number] = rows.trials[number]
    elif rows.trials[number].worker is None and rows.trials[number].jobs is None:
        rows.trials[number].worker = event["w"]


def _fill(rows: Rows, event: Event) -> None:
    trial = rows.trials[event["trial"]]
    if trial.jobs is None and trial.worker == event["w"]:
        trial.jobs = tuple(rows.create(trial.number, job) for job in event["jobs"])
        trial.study, trial.error = event.get("study"), event.get("error")
        del rows.unchosen[trial.number]


def _study(rows: Rows, event: Event) -> None:
    trial = rows.trials[event["trial"]]
    trial.study = event["study"] if trial.study is None else trial.study


def _claim(rows: Rows, event: Event) -> None:
    row = rows.jobs[event["job"]]
    if row.state in OPEN:
        row.state, row.worker, row.started = "running", event["w"], event["t"]
        row.attempts, row.ended = row.attempts + 1, None


def _key(rows: Rows, event: Event) -> None:
    rows.jobs[event["job"]].key = event["key"]
    rows.keyed.setdefault(event["key"], []).append(event["job"])


def _end(rows: Rows, event: Event) -> None:
    row = rows.jobs[event["job"]]
    if row.state != "running" or row.worker != event["w"]:
        return
    _close(row, event)
    if event["state"] in OPEN:
        rows.reopen(row, event["state"])
    else:
        never_ran = event["state"] == "pruned" and (event.get("note") or "").startswith(NOT_RUN)
        rows.close(row, "skipped" if never_ran else event["state"])


def _close(row: Row, event: Event) -> None:
    row.ended = event["t"]
    row.seconds += event["t"] - (event["t"] if row.started is None else row.started)
    row.failures += bool(event.get("failed"))
    row.objective = tuple(event["objective"]) if event.get("objective") else row.objective
    row.error, row.cause, row.steps = event.get("error"), event.get("cause"), event.get("steps")
    row.note = event.get("note") or row.note
    row.more = tuple(event.get("more") or row.more)


def _release(rows: Rows, event: Event) -> None:
    """Release what a dead worker had."""
    if "trial" in event:
        trial = rows.trials[event["trial"]]
        if trial.jobs is None and trial.worker == event["w"]:
            trial.worker = None
        return
    row = rows.jobs[event["job"]]
    if row.state != "running" or row.worker != event["w"]:
        return
    lost = rows.lost[row.number] = rows.lost.get(row.number, 0) + 1
    note = f"its worker was lost {lost} time{'s' if lost > 1 else ''}"
    _close(row, {**event, "note": note})
    if lost > MOST_LOSSES:
        rows.close(row, "failed")
        row.error, row.cause = note, "killed"
    else:
        rows.reopen(row, "waiting")


def _retry(rows: Rows, event: Event) -> None:
    for number in event["jobs"]:
        row = rows.jobs[number]
        if row.state == "failed":
            row.failures, row.error, row.cause = 0, None, None
            rows.lost.pop(number, None)
            rows.reopen(row, "waiting")


def _stop(rows: Rows, event: Event) -> None:
    rows.stopped, rows.cancelled = event["why"], event["cancel"]


def _go(rows: Rows, event: Event) -> None:
    """Start or resume the sweep."""
    rows.stopped, rows.cancelled, rows.begun = None, False, event["t"]


OPS = (_sweep, _add, _open, _fill, _study, _claim, _key, _end, _release, _retry, _stop, _go)
ACTIONS: dict[str, Callable[[Rows, Event], None]] = {op.__name__.removeprefix("_"): op for op in OPS}

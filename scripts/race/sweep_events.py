"""What happened in a sweep of the race, from its trainings' events or from rnnlab's own ledger."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.row import ENDED


class Attempt(NamedTuple):
    """A training of a trial, from `begun`, in seconds since the epoch.

    Attributes:
        busy: seconds in which it trained and validated; without start-up, test and files.
        ended: whether it has a result, finished or pruned; False: it was cut off.
        scores: pairs of a time and the accuracy on validation that was known then.
    """

    trial: int
    begun: float
    busy: float
    ended: bool
    scores: tuple[tuple[float, float], ...]


class Killed(NamedTuple):
    """When a sweep was killed, in seconds since the epoch, and the trials that had ended."""

    at: float
    ended: frozenset[int]


def attempts_of(folder: Path) -> list[Attempt]:
    """Return the trainings of a sweep so far."""
    own = SweepFolder(folder / "sweeps" / "race")
    if own.ledger.is_file():
        return attempts_of_ledger(own)
    path = folder / "events.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return attempts_of_events(json.loads(line) for line in lines)


def attempts_of_events(events: Iterable[dict[str, Any]]) -> list[Attempt]:
    """Return the trainings whose `start`, `epoch` and `end` or `pruned` are these events of processes."""
    open_: dict[tuple[int, int], Attempt] = {}
    closed = []
    for one in sorted(events, key=lambda event: float(event["time"])):
        key, at = (one["pid"], one["trial"]), one["time"]
        if one["event"] == "start":
            if key in open_:
                closed.append(open_.pop(key))
            open_[key] = Attempt(one["trial"], at, 0.0, False, ())
            continue
        before = open_[key]
        scores = before.scores + (((at, one["accuracy"]),) if one["event"] == "epoch" else ())
        open_[key] = before._replace(busy=at - before.begun, scores=scores)
        if one["event"] in ("end", "pruned"):
            closed.append(open_.pop(key)._replace(ended=True))
    return [*closed, *open_.values()]


def attempts_of_ledger(folder: SweepFolder) -> list[Attempt]:
    """Return the jobs of a sweep of rnnlab that were started; a score is known when its job has ended."""
    found = []
    for row in Ledger(folder).sync().rows:
        if row.started is None:
            continue
        path = folder.job(row.number) / "result.json"
        result = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        busy = float(result.get("training_seconds") or row.seconds)
        known = row.objective and row.ended
        scores = ((row.ended, row.objective[0]),) if known else ()  # type: ignore[index]
        found.append(Attempt(row.trial, row.started, busy, row.state in ENDED, scores))  # type: ignore[arg-type]
    return found


def ended(found: Sequence[Attempt]) -> set[int]:
    """Return the trials that have a result."""
    return {one.trial for one in found if one.ended}


def measured(
    found: Sequence[Attempt],
    trials: int,
    workers: int,
    begun: float,
    end: float,
    killed: Killed | None = None,
) -> dict[str, Any]:
    """Return the figures of a sweep: seconds, idle part, the course of its best, what a kill cost.

    `idle` is the part of the workers' time in which nothing was trained; `repeated` counts trials that had a
    result before the kill and were trained again.
    """
    seconds = end - begun
    course: list[tuple[float, float]] = []
    for at, accuracy in sorted(pair for one in found for pair in one.scores):
        if not course or accuracy > course[-1][1]:
            course.append((at - begun, accuracy))
    told: dict[str, Any] = {
        "seconds": seconds,
        "trainings": len(found),
        "idle": 1 - sum(one.busy for one in found) / (workers * seconds),
        "course": course,
        "missing": trials - len(ended(found)),
    }
    if killed is not None:
        again = {one.trial for one in found if one.begun > killed.at and one.trial in killed.ended}
        told |= {"ended_before": len(killed.ended), "repeated": len(again)}
    return told


def reached(told: dict[str, Any], target: float) -> float:
    """Return the seconds after which a sweep's best was no worse than a target; NaN: never."""
    return next((at for at, best in told["course"] if best >= target), math.nan)

"""Rewind a study after its worker was killed, so that the sweep continues as if it had not been.

Only for a study in the sweep's folder and a sweep with one worker: then every event after the point that is
rewound to belongs to the killed trial.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from rnnlab.run.study.journal import Event, Journal
from rnnlab.run.study.storage import FILE

OP = "op_code"
CREATE, REPORT = 4, 7  # Optuna's codes for a new trial and for the value of a step, since its version 3.1


def forget_trials(folder: Path, known: Collection[int]) -> bool:
    """Remove the trials after the last known id, which a killed worker was still choosing."""

    def first(events: list[Event]) -> int | None:
        created = [number for number, event in enumerate(events) if event[OP] == CREATE]
        wanted = max(known, default=-1) + 1
        return created[wanted] if wanted < len(created) else None

    return _journal(folder).cut(first)


def forget_reports(folder: Path, trial: int, step: int) -> bool:
    """Remove what a trial reported after the step of its checkpoint, and the pruner's notes with it."""

    def first(events: list[Event]) -> int | None:
        later = (
            number
            for number, event in enumerate(events)
            if event[OP] == REPORT and event["trial_id"] == trial and event["step"] > step
        )
        found = next(later, None)
        if found is None or any(event[OP] == CREATE for event in events[found:]):
            return None  # later trials have started since
        return found

    return _journal(folder).cut(first)


def _journal(folder: Path) -> Journal:
    return Journal(folder / FILE, durable=False)

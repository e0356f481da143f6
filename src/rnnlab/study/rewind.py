"""What a kill left in a study, taken back, so that one worker's sweep goes on as if there had been no kill.

For the file in a sweep's folder alone, and a sweep with one worker: then whatever stands behind the place
that is gone back to belongs to the trial that was killed.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from rnnlab.study.journal import Event, Journal
from rnnlab.study.storage import FILE

OP = "op_code"
CREATE, REPORT = 4, 7  # Optuna's codes for a new trial and for the value of a step, since its version 3.1


def forget_trials(folder: Path, known: Collection[int]) -> bool:
    """Drop the trials behind the last one of these ids, which a killed worker was choosing."""

    def first(events: list[Event]) -> int | None:
        created = [number for number, event in enumerate(events) if event[OP] == CREATE]
        wanted = max(known, default=-1) + 1
        return created[wanted] if wanted < len(created) else None

    return _journal(folder).cut(first)


def forget_reports(folder: Path, trial: int, step: int) -> bool:
    """Drop what a trial reported behind a step, which its checkpoint goes on from, and the pruner's notes."""

    def first(events: list[Event]) -> int | None:
        later = (
            number
            for number, event in enumerate(events)
            if event[OP] == REPORT and event["trial_id"] == trial and event["step"] > step
        )
        found = next(later, None)
        if found is None or any(event[OP] == CREATE for event in events[found:]):
            return None  # others have gone on since
        return found

    return _journal(folder).cut(first)


def _journal(folder: Path) -> Journal:
    return Journal(folder / FILE, durable=False)

"""Rebuild the trials of a sweep whose groups are tuned separately, from its spec and the run folders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnnlab.errors import UserError
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.groups import combinations, confirming, tuning_trials
from rnnlab.sweep.jobs import read_job
from rnnlab.sweep.ledger.events import Event
from rnnlab.sweep.ledger.trouble import job_numbers
from rnnlab.sweep.spec import Spec

Jobs = list[dict[str, Any]]


def regroup(folder: SweepFolder, spec: Spec, worker: str) -> list[list[Event]]:
    """Return the events of each trial; the last of a trial has its jobs, if it has any.

    Trials of fresh seeds were filled in the order in which their groups ended. That order is lost, and read
    from the run folders, whose numbers follow it; groups without such a folder are chosen again.

    Raises:
        UserError: a run folder of fresh seeds names a setting that was not tuned.
    """
    tuning = list(tuning_trials(spec))
    events: list[list[Event]] = [[{"op": "add", "jobs": jobs}] for jobs in tuning]
    if not spec.confirm_seeds:
        return events
    groups = combinations(spec)
    for place in range(len(groups)):
        events.append([{"op": "open", "w": None, "t": spec.created, "trial": len(tuning) + place}])
    for trial in _confirmed(folder, spec, tuning):
        values = tuning[trial][0]["values"]
        place = groups.index({key: values[key] for key in groups[0]})
        head = {"w": worker, "t": spec.created, "trial": len(tuning) + place}
        jobs = confirming(spec, values, trial)
        events.append([{"op": "open", **head}, {"op": "fill", **head, "jobs": jobs}])
    return events


def _confirmed(folder: SweepFolder, spec: Spec, tuning: Sequence[Jobs]) -> list[int]:
    """Return the trials that were chosen, in the order of their jobs with fresh seeds."""
    first = sum(map(len, tuning))
    found: dict[int, int] = {}
    for number in job_numbers(folder):
        if number >= first:
            found.setdefault((number - first) // spec.confirm_seeds, number)
    numbers = [found.get(block, -1) for block in range(max(found, default=-1) + 1)]
    return [_trial_of(folder, spec, number, tuning) for number in numbers]


def _trial_of(folder: SweepFolder, spec: Spec, number: int, tuning: Sequence[Jobs]) -> int:
    typed = read_job(folder.job(number)).overrides if number >= 0 else {}
    for trial, jobs in enumerate(tuning):
        overrides = spec.space.overrides(jobs[0]["values"])  # without the seed and sweep.tune
        wanted = dict(override.split("=", 1) for override in overrides)
        if wanted.items() <= typed.items():
            return trial
    raise UserError(f"{folder.ledger}: the setting of job {number} was not tuned: it cannot be rebuilt")

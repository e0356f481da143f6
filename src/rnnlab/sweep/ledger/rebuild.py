"""Rebuild a lost ledger: of a grid from its spec, else from Optuna's study and the run folders."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import optuna

from rnnlab.atomic import write_whole
from rnnlab.errors import UserError
from rnnlab.report.tables import first_line
from rnnlab.run.study.storage import FILE, open_storage, trials_by_id
from rnnlab.sweep.attempt import measured, read_result
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.jobs import read_job
from rnnlab.sweep.ledger.events import Event
from rnnlab.sweep.ledger.regroup import regroup
from rnnlab.sweep.ledger.trouble import job_numbers
from rnnlab.sweep.space.search_space import Infeasible, Values
from rnnlab.sweep.spec import Spec, grid_jobs, jobs_of
from rnnlab.untrusted import parse_json

WORKER = "rebuilt"  # in place of the workers' names, which are lost


def rebuild(folder: SweepFolder, spec: Spec) -> str:
    """Write a new ledger and keep the old one under another name; return a summary in one line.

    Attempt counts and notes are lost. A job whose run folder does not record its end is waiting again and
    resumes from its last checkpoint.

    Raises:
        UserError: the values of a trial cannot be found; the old ledger stays.
    """
    if spec.grouped:
        trials = regroup(folder, spec, WORKER)
    else:
        trials = list(_grid(spec) if spec.sampler == "grid" else _chosen(folder, spec))
    jobs = [job for trial in trials for job in trial[-1].get("jobs", ())]
    ends = [event for number, job in enumerate(jobs) for event in _end(folder, spec, number, job)]
    events: list[Event] = [{"op": "sweep", "id": spec.identity}]
    events += [event for trial in trials for event in trial] + ends
    kept = keep_broken(folder.ledger)
    write_whole(folder.ledger, "".join(json.dumps(event) + "\n" for event in events))
    states = [event["state"] for event in ends if event["op"] == "end"]
    counts = [f"{states.count(state)} {state}" for state in ("finished", "pruned", "failed")]
    waiting = f"{len(jobs) - len(states)} waiting"
    return f"rebuilt from the run folders: {len(jobs)} jobs, {', '.join([*counts, waiting])}{kept}"


def keep_broken(path: Path) -> str:
    """Rename a broken file to `NAME.broken*`; return a phrase that names it, "" if there was no content."""
    if not path.is_file() or not path.stat().st_size:
        path.unlink(missing_ok=True)
        return ""
    names = (path.with_name(f"{path.stem}.broken{number or ''}{path.suffix}") for number in count())
    kept = next(name for name in names if not name.exists())
    os.replace(path, kept)
    return f"; the old one is {kept.name}"


def _grid(spec: Spec) -> Iterator[list[Event]]:
    for jobs in grid_jobs(spec):
        yield [{"op": "add", "jobs": jobs}]


def _chosen(folder: SweepFolder, spec: Spec) -> Iterator[list[Event]]:
    """Yield the `open` and `fill` events of each trial that a sampler chose."""
    known = _of_folders(folder, spec)
    known |= {n: one for n, one in _of_study(folder, spec).items() if one[0] is not None or n not in known}
    for number in range(max(known, default=-1) + 1):
        if number not in known:
            where = f"neither in {FILE} nor in a run folder"
            rule = f"the setting of trial {number} is to be found {where}: the ledger cannot be rebuilt"
            raise UserError(f"{folder.ledger}: {rule}")
        values, study = known[number]
        error = None if values is not None else "its settings break sweep.constraints"
        jobs = [] if values is None else jobs_of(spec, values)
        head = {"w": WORKER, "t": spec.created, "trial": number}
        yield [{"op": "open", **head}, {"op": "fill", **head, "jobs": jobs, "study": study, "error": error}]


def _of_study(folder: SweepFolder, spec: Spec) -> dict[int, tuple[Values | None, int | None]]:
    """Return values and Optuna's id by trial; both are None if the values break a constraint."""
    if spec.storage is None and not (folder.path / FILE).is_file():
        return {}
    try:
        trials = trials_by_id(open_storage(folder.path, spec.storage), spec.name)
    except (KeyError, ValueError):  # lost as well
        return {}
    found: dict[int, tuple[Values | None, int | None]] = {}
    for created, trial in trials.items():
        number = trial.user_attrs.get("trial")
        try:
            values = spec.space.suggest(optuna.trial.FixedTrial(trial.params))  # type: ignore[arg-type]
        except (Infeasible, ValueError):  # infeasible, or killed before all values were chosen
            values = None
        if number is not None and (values is not None or number not in found):
            found[number] = values, created if values is not None else None
    if found and found[max(found)][0] is None:
        del found[max(found)]  # a worker was still choosing it
    return found


def _of_folders(folder: SweepFolder, spec: Spec) -> dict[int, tuple[Values | None, int | None]]:
    """Return values by trial from the overrides in the run folders; Optuna's id is unknown there."""
    found: dict[int, tuple[Values | None, int | None]] = {}
    for number in job_numbers(folder):
        typed = read_job(folder.job(number)).overrides
        values: Values = {}
        for dimension in spec.space.dimensions:
            if dimension.key in typed:
                value = typed[dimension.key]
                values[dimension.key] = value if dimension.kind == "choice" else parse_json(value)
        place = read_result(folder.job(number)).get("sweep")
        trial = place.get("trial") if isinstance(place, dict) else None
        found.setdefault(number // spec.seeds if trial is None else int(trial), (values, None))
    return found


def _end(folder: SweepFolder, spec: Spec, number: int, job: dict[str, Any]) -> Iterator[Event]:
    """Yield the `claim` and `end` events of a job whose run folder records how it ended."""
    path = folder.job(number)
    result = read_result(path)
    if result.get("status") in ("finished", "pruned"):
        outcome = measured(path, result, spec)._asdict()
    elif result.get("status") == "failed":
        error = first_line(str(result.get("error") or ""))
        outcome = {"state": "failed", "error": error, "cause": result.get("cause"), "failed": True}
    else:
        return
    ended = (path / "result.json").stat().st_mtime
    given = [*spec.overrides, *job["overrides"]]
    told = [str(override) for override in result.get("overrides") or []]
    more = told[len(given) :] if told[: len(given)] == given else []
    facts = {name: value for name, value in {**outcome, "more": more or None}.items() if value is not None}
    begun = ended - float(result.get("seconds") or 0.0)
    yield {"op": "claim", "w": WORKER, "t": begun, "job": number}
    yield {"op": "end", "w": WORKER, "t": ended, "job": number, **facts}

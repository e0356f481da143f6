"""What the jobs of a sweep came to, read from their folders."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from rnnlab.report.names import lower_is_better, split_of
from rnnlab.report.tables import first_line


@dataclass(frozen=True)
class Job:
    """One job's folder: `status` is `missing` where the job left no result.json.

    Attributes:
        overrides: KEY to VALUE of what was typed or swept.
        metrics: the test metrics, and the validation metric that chose the checkpoint.
        error: the first line of a failed job's error.
        official: whether its data have their own splits; None where that is not known.
    """

    number: int
    folder: Path
    status: str = "missing"
    task: str = ""
    overrides: dict[str, str] = field(default_factory=dict)
    seconds: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    error: str = ""
    official: bool | None = None


def read_jobs(sweep: Path) -> list[Job]:
    """The jobs of a sweep folder in their order: its sub-folders whose names are numbers."""
    folders = [path for path in sweep.iterdir() if path.is_dir() and path.name.isdecimal()]
    return [_read_job(path) for path in sorted(folders, key=lambda path: int(path.name))]


def _read_job(folder: Path) -> Job:
    number, typed = int(folder.name), folder / "overrides.yaml"
    try:
        result: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Job(number, folder, overrides=_pairs(list(OmegaConf.load(typed)) if typed.is_file() else []))
    return Job(
        number,
        folder,
        status=result.get("status", "missing"),
        task=result.get("task", ""),
        overrides=_pairs(result.get("overrides") or ()),
        seconds=result.get("seconds"),
        metrics=result.get("metrics") or {},
        error=first_line(result.get("error") or ""),
        official=(result.get("data") or {}).get("official"),
    )


def _pairs(overrides: Sequence[Any]) -> dict[str, str]:
    """`["seed=1", "~x"]` as {"seed": "1", "~x": ""}."""
    return {key: value for key, _, value in (str(override).partition("=") for override in overrides)}


def differing(jobs: Sequence[Job]) -> list[str]:
    """The overridden keys whose values are not the same in all jobs, in the order of the command line."""
    keys = dict.fromkeys(key for job in jobs for key in job.overrides)
    return [key for key in keys if len({job.overrides.get(key) for job in jobs}) > 1]


def best_jobs(jobs: Sequence[Job]) -> dict[int, str]:
    """Number of the best finished job of each task, and the validation metric that it is best by.

    Test metrics never choose: a task with a single job, or without a common validation metric, has no best.
    """
    best = {}
    for task in dict.fromkeys(job.task for job in jobs):
        finished = [job for job in jobs if job.task == task and job.status == "finished"]
        common = [name for name in finished[0].metrics if split_of(name) == "val"] if finished else []
        common = [name for name in common if all(_is_number(job.metrics.get(name)) for job in finished)]
        if common and len(finished) > 1:
            sign = -1 if lower_is_better(common[0]) else 1
            winner = max(finished, key=lambda job: sign * job.metrics[common[0]])
            best[winner.number] = common[0]
    return best


def _is_number(value: float | None) -> bool:
    return value is not None and value == value


def write_csv(jobs: Sequence[Job], path: Path) -> None:
    """One row a job: number, status, seconds, overrides, metrics, official splits or not, error, folder."""
    overrides = list(dict.fromkeys(key for job in jobs for key in job.overrides))
    metrics = list(dict.fromkeys(name for job in jobs for name in job.metrics))
    columns = ["job", "status", "seconds", *overrides, *metrics, "official", "error", "folder"]
    part = path.with_suffix(".csv.part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for job in jobs:
            chosen = [job.overrides.get(key, "") for key in overrides]
            measured = [job.metrics.get(name, "") for name in metrics]
            row = [
                job.number,
                job.status,
                job.seconds,
                *chosen,
                *measured,
                job.official,
                job.error,
                job.folder.name,
            ]
            writer.writerow(row)
    os.replace(part, path)

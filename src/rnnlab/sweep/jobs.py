"""Read the results of a sweep's jobs from their folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnnlab.report.limited import parts_of
from rnnlab.report.names import split_of
from rnnlab.report.tables import first_line
from rnnlab.run.folder.result import read
from rnnlab.untrusted import read_yaml


@dataclass(frozen=True)
class Job:
    """One job's folder: `status` is `missing` where the job left no result.json.

    Attributes:
        overrides: typed or swept ones, KEY to VALUE.
        metrics: the test metrics, and the validation metric that chose the checkpoint.
        error: the first line of a failed job's error.
        official: whether its data set comes with splits; None if unknown.
        limited: how much of each split was read, for splits that were not read whole.
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
    limited: tuple[str, ...] = ()


def read_jobs(sweep: Path) -> list[Job]:
    """Return the jobs of a sweep folder in order: its sub-folders whose names are numbers."""
    folders = [path for path in sweep.iterdir() if path.name.isdecimal() and path.is_dir()]
    return [read_job(path) for path in sorted(folders, key=lambda path: int(path.name))]


def read_job(folder: Path) -> Job:
    """Read one job's folder."""
    number = int(folder.name)
    result = read(folder / "result.json")
    if not result:
        return Job(number, folder, overrides=_pairs(_typed(folder / "overrides.yaml")))
    return Job(
        number,
        folder,
        status=result.get("status") or "missing",
        task=result.get("task") or "",
        overrides=_pairs(result.get("overrides") or ()),
        seconds=result.get("seconds"),
        metrics=result.get("metrics") or {},
        error=first_line(result.get("error") or ""),
        official=(result.get("data") or {}).get("official"),
        limited=tuple(parts_of(result)),
    )


def _typed(path: Path) -> list[Any]:
    try:
        found = read_yaml(path)
    except (OSError, ValueError):
        return []
    return found if isinstance(found, list) else []


def _pairs(overrides: Sequence[Any]) -> dict[str, str]:
    """Convert `["seed=1", "~x"]` to {"seed": "1", "~x": ""}."""
    return {key: value for key, _, value in (str(override).partition("=") for override in overrides)}


def differing(jobs: Sequence[Job]) -> list[str]:
    """Return the overridden keys whose values differ between jobs, in the order of the command line."""
    keys = dict.fromkeys(key for job in jobs for key in job.overrides)
    return [key for key in keys if len({job.overrides.get(key) for job in jobs}) > 1]


def common_metric(jobs: Sequence[Job]) -> str | None:
    """Return the validation metric that chose the checkpoints of all finished jobs; None without one.

    Test metrics never choose a checkpoint.
    """
    finished = [job for job in jobs if job.status == "finished"]
    names = [name for name in finished[0].metrics if split_of(name) == "val"] if finished else []
    return next((name for name in names if all(name in job.metrics for job in finished)), None)

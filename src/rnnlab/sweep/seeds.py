"""Jobs that differ in their seed alone, as one row: mean and standard deviation."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

from rnnlab.report.tables import duration, render
from rnnlab.sweep.jobs import Job, differing

SEED = "seed"


@dataclass(frozen=True)
class Spread:
    """Of one metric over n jobs; the deviation is the sample's (n - 1), None for a single job."""

    mean: float
    deviation: float | None

    def __str__(self) -> str:
        return f"{self.mean:.4f}" + ("" if self.deviation is None else f" ± {self.deviation:.4f}")


@dataclass(frozen=True)
class Group:
    """The finished jobs of one combination of choices.

    Attributes:
        choices: KEY to VALUE of all that differs in the sweep, but for the seed.
        seconds: mean of a job.
        metrics: those that all of the jobs have.
    """

    choices: dict[str, str]
    jobs: int
    seconds: float
    metrics: dict[str, Spread]


def over_seeds(jobs: Sequence[Job]) -> list[Group]:
    """One group for each combination of choices, in the order of the jobs; none where no seed was swept."""
    keys = differing(jobs)
    if SEED not in keys:
        return []
    groups: dict[tuple[str, ...], list[Job]] = {}
    others = [key for key in keys if key != SEED]
    for job in jobs:
        if job.status == "finished":
            groups.setdefault(tuple(job.overrides.get(key, "") for key in others), []).append(job)
    return [_group(dict(zip(others, values, strict=True)), found) for values, found in groups.items()]


def _group(choices: dict[str, str], jobs: list[Job]) -> Group:
    common = [name for name in jobs[0].metrics if all(job.metrics.get(name) is not None for job in jobs)]
    metrics = {name: spread([job.metrics[name] for job in jobs]) for name in common}
    return Group(choices, len(jobs), mean(job.seconds or 0.0 for job in jobs), metrics)


def spread(values: Sequence[float]) -> Spread:
    return Spread(mean(values), stdev(values) if len(values) > 1 else None)


def seeds_table(groups: Sequence[Group], metrics: Sequence[str]) -> str:
    """One row a group: its choices, number of seeds, mean time, mean ± standard deviation of each metric."""
    rows = [
        [*g.choices.values(), str(g.jobs), duration(g.seconds), *(str(g.metrics.get(m, "")) for m in metrics)]
        for g in groups
    ]
    return render([*groups[0].choices, "seeds", "time", *metrics], rows)


def write_seeds_csv(groups: Sequence[Group], path: Path) -> None:
    """A row a group with the mean and the standard deviation (`NAME sd`) of every metric."""
    names = list(dict.fromkeys(name for group in groups for name in group.metrics))
    columns = [*groups[0].choices, "seeds", "seconds", *(c for name in names for c in (name, f"{name} sd"))]
    part = path.with_suffix(".csv.part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for group in groups:
            found = [group.metrics.get(name) for name in names]
            cells = [cell for s in found for cell in ((s.mean, s.deviation) if s else ("", ""))]
            writer.writerow([*group.choices.values(), group.jobs, round(group.seconds, 3), *cells])
    os.replace(part, path)

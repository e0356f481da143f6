"""The table at the end of a multirun."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback
from omegaconf import DictConfig

from rnnlab.report.names import class_part
from rnnlab.report.tables import UNOFFICIAL, duration, number, render, short_path
from rnnlab.sweep.jobs import Job, best_jobs, differing, read_jobs, write_csv
from rnnlab.sweep.seeds import over_seeds, seeds_table, write_seeds_csv

MAIN_METRICS = ("loss", "accuracy", "macro_recall", "nats_windows", "nats_stream")


class SweepTable(Callback):
    """A Hydra callback that prints all jobs of a sweep folder and writes jobs.csv there.

    Where seeds were swept it also gives their means and standard deviations, and writes seeds.csv.

    It does so once, when the sweep ends; if an interrupt ends it early, when the process ends. A sweep with a
    failed job ends with exit code 1.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None

    def on_multirun_start(self, config: DictConfig, **kwargs: Any) -> None:
        self.folder = Path(config.hydra.sweep.dir).absolute()
        atexit.register(self.report)

    def on_multirun_end(self, config: DictConfig, **kwargs: Any) -> None:
        self.folder = self.folder or Path(config.hydra.sweep.dir).absolute()
        if any(job.status != "finished" for job in self.report()):
            sys.exit(1)  # Hydra only warns of a callback's exception; this one passes

    def report(self) -> list[Job]:
        """Print and write, at most once; nothing if no job has started. Returns the jobs."""
        folder, self.folder = self.folder, None
        jobs = read_jobs(folder) if folder and folder.is_dir() else []
        if folder and jobs:
            write_csv(jobs, folder / "jobs.csv")
            print(f"\n{sweep_table(jobs)}")
            groups = over_seeds(jobs)
            if groups:
                write_seeds_csv(groups, folder / "seeds.csv")
                print(f"\n{seeds_table(groups, _shown_metrics(jobs))}")
            print(f"\nfolder: {short_path(folder)}")
        return jobs


def sweep_table(jobs: Sequence[Job]) -> str:
    """One row a job in their order, with the overrides that differ; the best job of each task is marked."""
    keys, best = differing(jobs), best_jobs(jobs)
    names = _shown_metrics(jobs)
    rows = []
    for job in jobs:
        mark = "*" if job.number in best else ""
        chosen = [job.overrides.get(key, "") for key in keys]
        time = "" if job.seconds is None else duration(job.seconds)
        metrics = [number(job.metrics.get(name)) for name in names]
        rows.append([f"{job.number}{mark}", *chosen, job.status, time, *metrics])
    lines = [render(["job", *keys, "status", "time", *names], rows)]
    lines += [f"* job {winner} is best by {name}" for winner, name in best.items()]
    made = ", ".join(str(job.number) for job in jobs if job.official is False)
    lines += [f"job {made}: {UNOFFICIAL}, see result.json"] if made else []
    lines += [f"job {job.number} {job.status}: {job.error}" for job in jobs if job.error]
    return "\n".join(lines)


def _shown_metrics(jobs: Sequence[Job]) -> list[str]:
    """The validation metrics and the main test metrics that any job has; all of them are in jobs.csv."""
    names = dict.fromkeys(name for job in jobs for name in job.metrics if class_part(name) is None)
    return [name for name in names if name.startswith("val/") or name.removeprefix("test/") in MAIN_METRICS]

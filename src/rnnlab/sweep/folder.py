"""Paths in a sweep's folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rnnlab.run.train.sweep_job import mark_of


@dataclass(frozen=True)
class SweepFolder:
    """Paths in a sweep's folder; a job's folder is a run folder."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def spec(self) -> Path:
        return self.path / "sweep.yaml"

    @property
    def ledger(self) -> Path:
        return self.path / "ledger.jsonl"

    @property
    def study(self) -> Path:
        return self.path / "study.jsonl"

    @property
    def workers(self) -> Path:
        return self.path / "workers"

    @property
    def code(self) -> Path:
        return self.path / "code"

    @property
    def config_dir(self) -> Path | None:
        """Return the copy of the folder of --config-dir; None if none was given."""
        folder = self.code / "config_dir"
        return folder if folder.is_dir() else None

    @property
    def figures(self) -> Path:
        return self.path / "figures"

    @property
    def best(self) -> Path:
        return self.path / "best.yaml"

    def job(self, number: int) -> Path:
        return self.path / str(number)

    def log(self, number: int) -> Path:
        """Return the log of a job, of all attempts one after another."""
        return self.job(number) / "job.log"

    def mark(self, number: int) -> Path:
        """Return the path of the file in which a running job marks its progress."""
        return mark_of(self.path, number)

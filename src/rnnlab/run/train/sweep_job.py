"""A run as a job of a sweep: its environment variables, and the sweep's folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab.untrusted import read_yaml

if TYPE_CHECKING:
    from omegaconf import DictConfig
    from optuna.trial import Trial

    from rnnlab.training.callback.progress_mark import ProgressMark
    from rnnlab.training.callback.pruning import Pruning

TRAINING, OTHER = "training", "other"  # phases that a ProgressMark writes


@dataclass(frozen=True)
class SweepJob:
    """A job's place in its sweep.

    Attributes:
        study_trial: Optuna's id of the trial, where this job's validations are judged; else None.
    """

    folder: Path
    number: int
    trial: int
    study_trial: int | None = None

    def fields(self) -> dict[str, Any]:
        """Return fields for result.json and the loggers."""
        return {"name": self.folder.name, "number": self.number, "trial": self.trial}

    def logger_settings(self, logger: DictConfig, task: str) -> dict[str, Any]:
        """Return the W&B settings in place of a config's defaults: the jobs of a sweep are grouped."""
        if not {"group", "name", "tags"} <= set(logger):
            return {}
        group = self.folder.name if logger.group == task else logger.group
        tags = [*logger.tags, "sweep", f"trial {self.trial}"]
        return {"group": group, "name": logger.name or str(self.number), "tags": tags}

    def pruning(self) -> Pruning | None:
        """Return the callback by which the sweep's pruner may end this run."""
        if self.study_trial is None:
            return None
        from rnnlab.training.callback.pruning import Pruning

        spec, judge = read_yaml(self.folder / "sweep.yaml"), Judge(self.folder, self.study_trial)
        alone = spec["storage"] is None and (spec.get("launcher") or {}).get("workers") == 1
        return Pruning(spec["metrics"][0], judge.report, judge.go_back if alone else None)

    def progress_mark(self) -> ProgressMark:
        """Return the callback with which the sweep detects that this run hangs."""
        from rnnlab.training.callback.progress_mark import ProgressMark

        return ProgressMark(mark_of(self.folder, self.number), TRAINING, OTHER)


class Judge:
    """Reports to a trial of the sweep's study, which is opened at the first report."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder, self.number = folder, number
        self._trial: Trial | None = None

    def report(self, step: int, value: float) -> bool:
        """Report a validation; return whether the pruner ends the training."""
        if self._trial is None:
            from optuna.trial import Trial

            from rnnlab.run.study.storage import open_study

            self._trial = Trial(open_study(self.folder), self.number)
        self._trial.report(value, step)
        return self._trial.should_prune()

    def go_back(self, validations: int) -> None:
        """Delete the reports after the checkpoint that the training resumes from."""
        from rnnlab.run.study.rewind import forget_reports

        forget_reports(self.folder, self.number, validations)


def mark_of(sweep: Path, number: int) -> Path:
    """Return the file in which a job of a sweep marks its progress."""
    return sweep / "workers" / f"{number}.progress"


def sweep_job() -> SweepJob | None:
    """Return the sweep job of this process; None for a run on its own."""
    folder = os.environ.get("RNNLAB_SWEEP")
    if not folder:
        return None
    study_trial = os.environ.get("RNNLAB_SWEEP_STUDY_TRIAL")
    number, trial = (int(os.environ[f"RNNLAB_SWEEP_{name}"]) for name in ("JOB", "TRIAL"))
    return SweepJob(Path(folder), number, trial, None if study_trial is None else int(study_trial))

"""One attempt at a job: a training in its own process, with the sweep's frozen code."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from rnnlab.report.tables import first_line
from rnnlab.run.config.config_dir import flags
from rnnlab.run.folder.result import read
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.half_batch import half_batch, set_aside
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.row import Outcome, Row
from rnnlab.sweep.objective import Missing, objective_of
from rnnlab.sweep.spec import Spec
from rnnlab.sweep.stall import Stall
from rnnlab.sweep.training_process import start_training, training_environment
from rnnlab.sweep.warm.process import WarmServer

LEFT = (130, 143)  # exit codes of a training that saved and left
TOLD = (-signal.SIGTERM, -signal.SIGUSR1, -signal.SIGUSR2)  # Slurm signalled the whole job early
AGAIN = ("memory", "killed", "disk")  # causes that another attempt may avoid
HINT = "HYDRA_FULL_ERROR"  # Hydra's advice, which is not about the error
UNKILLABLE = 30.0  # seconds to wait for a process after SIGKILL; one blocked on a broken disk never ends


class Attempt:
    """A running training; `poll` returns whether it has ended, `outcome` how.

    A job whose folder has a checkpoint resumes from it; one that ran out of memory starts again.

    Args:
        study_trial: Optuna's id, if the pruner acts on the job's validations.
        warm: the process that forks the training; None starts a new one.
    """

    def __init__(
        self,
        folder: SweepFolder,
        spec: Spec,
        row: Row,
        study_trial: int | None,
        warm: WarmServer | None = None,
    ) -> None:
        self.folder, self.spec, self.row = folder, spec, row
        self.path, self.mark = folder.job(row.number), folder.mark(row.number)
        self.path.mkdir(exist_ok=True)
        self.mark.write_text("", encoding="utf-8")
        self.log = folder.log(row.number).open("ab")
        environment = training_environment(folder, row, study_trial)
        self.process = start_training(self._arguments(), spec.cwd, environment, self.log, warm)
        self.stall = Stall(self.mark, self.process.pid, spec.stall_limit)
        self.hangs = False  # being stopped because it made no progress
        self._told: float | None = None  # time of the request to stop
        self._killed: float | None = None

    @staticmethod
    def of_ended(folder: SweepFolder, spec: Spec, row: Row) -> Outcome:
        """Return the outcome of a job whose run folder records a good end."""
        path = folder.job(row.number)
        return measured(path, read_result(path), spec)

    def poll(self, seconds: float) -> bool:
        """Wait up to `seconds` for the process; return whether it has ended.

        A process that hangs is asked to stop, and killed `kill_after` seconds after it was asked.
        """
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            if not self._watched():
                return False
        if self.process.returncode != 0:
            self._send(signal.SIGKILL)  # its remaining child processes, such as data loader workers
        self.log.close()
        self.mark.unlink(missing_ok=True)
        return True

    def preempt(self) -> None:
        """Ask the training to save and exit; a suspended process is continued for that."""
        if self._told is None:
            self._told = time.monotonic()
            self._send(signal.SIGTERM)
            self._send(signal.SIGCONT)

    def kill(self) -> None:
        self._killed = self._killed or time.monotonic()
        self._send(signal.SIGKILL)

    def _watched(self) -> bool:
        """Stop or kill the process where due; return True if SIGKILL failed and waiting is pointless."""
        now = time.monotonic()
        if self._told is None and self.stall.over():
            self.hangs = True
            self.preempt()
        if self._killed is not None:
            return now - self._killed > UNKILLABLE
        if self._told is not None and now - self._told > self.spec.kill_after:
            self.kill()
        return False

    def outcome(self) -> Outcome:
        """Return the outcome of an attempt that has ended."""
        code, result = self.process.returncode, read_result(self.path)
        status = result.get("status")
        saved = status in ("preempted", "interrupted")
        if status in ("finished", "pruned") and (code == 0 or self.hangs):  # it finished, then hung at exit
            return measured(self.path, result, self.spec)
        if self.hangs:
            return Outcome("failed", error=self._why_it_hung(saved), cause="stalled", failed=True)
        if self._killed is not None:  # it did not stop within kill_after
            note = f"killed as it had not saved within {self.spec.kill_after:g} s"
            return Outcome("preempted", note=None if saved else note)
        if code in LEFT or code in TOLD:
            return Outcome("preempted")
        cause = "setting" if code == 2 else result.get("cause") or "error"
        error = first_line(result.get("error") or "") if status == "failed" else ""
        if status != "failed" and code < 0:
            cause, error = "killed", f"killed by {signal.Signals(-code).name}"
        return self._failed(cause, error or last_line(self.folder.log(self.row.number), code))

    def _why_it_hung(self, saved: bool) -> str:
        how = "it was told to stop and saved" if saved else "it was killed"
        return f"made no progress for {self.stall.idle:.0f} s (sweep.stall_limit); {how}"

    def _failed(self, cause: str, error: str) -> Outcome:
        if cause not in AGAIN or self.row.failures >= self.spec.retries:
            return Outcome("failed", error=error, cause=cause, failed=True)
        if cause == "disk":
            return Outcome("waiting", error=error, cause=cause, note="tried again", failed=True)
        halves = half_batch(self.path)
        if not halves:
            return Outcome("failed", error=error, cause=cause, failed=True)
        set_aside(self.path, self.row.attempts)
        note = f"{cause}: tried again with {' '.join(halves)}"
        return Outcome("waiting", error=error, cause=cause, note=note, more=tuple(halves), failed=True)

    def _arguments(self) -> list[str]:
        program = [str(self.folder.code / "train.py"), *flags(self.folder.config_dir)]
        path = str(self.path).replace("'", "\\'")
        if (self.path / "checkpoints" / "last.ckpt").is_file():
            return [*program, f"resume='{path}'"]
        typed = [*self.spec.overrides, *self.row.overrides, *self.row.more]
        return [*program, *typed, f"hydra.run.dir='{path}'"]

    def _send(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def judged_trial(ledger: Ledger, spec: Spec, row: Row) -> int | None:
    """Return Optuna's id of the trial whose pruner acts on this job: only on the first job of a trial."""
    trial = ledger.trials[row.trial]
    judged = spec.pruner != "none" and trial.jobs is not None and row.number == trial.jobs[0]
    return trial.study if judged else None


def read_result(path: Path) -> dict[str, Any]:
    """Return a run's result.json, empty if there is none."""
    return read(path / "result.json")


def measured(path: Path, result: dict[str, Any], spec: Spec) -> Outcome:
    """Return the outcome of a run that finished or was pruned."""
    status = result["status"]
    try:
        return Outcome(status, objective_of(path, result, spec.metrics), steps=result.get("steps"))
    except Missing as error:
        pruned = status == "pruned"
        return Outcome(status) if pruned else Outcome("failed", error=str(error), cause="error", failed=True)


def last_line(log: Path, code: int) -> str:
    """Return the last line of a process that left no result, or its `error:` line if there is one."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    lines = [line.strip() for line in text.splitlines()[-50:] if line.strip() and HINT not in line]
    told = [line for line in lines if line.startswith("error:")]
    said = (told or lines or ["nothing was printed"])[-1]
    return f"exit code {code}: {said}"

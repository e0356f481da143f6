"""Run workers as jobs of a Slurm cluster.

submitit writes the batch scripts and knows sbatch's options. Its own payload, a pickled function with
signal handlers, is not used: its USR2 handler requeues without regard to the ledger, and would be the second
to requeue a job. The script starts our worker through `srun`, so that
Slurm's signals (USR2 `grace` seconds before the time limit, SIGTERM at a preemption) reach the worker and its
training, and the worker alone decides how its job is requeued (`slurm_worker.leave`).
"""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rnnlab.errors import SettingError, UserError
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.launch.base import (
    MOST_RESTARTS,
    jobs_left,
    look_line,
    worker_command,
    worker_environment,
    worker_log,
)
from rnnlab.sweep.launch.local import counted
from rnnlab.sweep.launch.slurm_worker import MARK

LOOK = 5.0  # seconds between two queries of the controller
LOST = ("FAILED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL", "PREEMPTED")  # ended, not by a person
ENDED = (*LOST, "COMPLETED", "CANCELLED", "DEADLINE", "REVOKED", "GONE")


class SlurmLauncher:
    """Settings: workers, partition, gpus, cpus, memory, time, grace, account, constraint, setup, extra."""

    def check(self, settings: Mapping[str, Any]) -> None:
        if find_spec("submitit") is None:
            raise SettingError("launcher", "slurm", 'needs submitit: pip install -e ".[slurm]"')
        for tool in ("sbatch", "srun", "squeue", "scontrol"):
            if shutil.which(tool) is None:
                rule = f"{tool} is not on the PATH: submit from a login node of a Slurm cluster"
                here = "one for trying it, on Debian and as root: scripts/local_slurm.sh start"
                raise SettingError("launcher", "slurm", f"{rule}\n{here}")

    def start(self, folder: SweepFolder, settings: Mapping[str, Any]) -> SlurmPool:
        self.check(settings)
        folder.workers.mkdir(exist_ok=True)
        scripts = []
        for slot in range(int(settings["workers"])):
            scripts.append(folder.workers / f"{slot}.sbatch")
            scripts[-1].write_text(batch_script(folder, slot, settings), encoding="utf-8")
        return SlurmPool(folder, scripts)


class SlurmPool:
    """The Slurm jobs, by slot. They run on after the submitting process has ended."""

    def __init__(self, folder: SweepFolder, scripts: list[Path]) -> None:
        self.folder, self.scripts = folder, scripts
        self.restarts = [0] * len(scripts)
        self.jobs: list[str] = []
        self._states: dict[str, str] = {}
        self._looked = -LOOK
        try:
            for script in scripts:
                self.jobs.append(submit(script))
        except UserError:
            self.cancel()
            raise

    def alive(self) -> int:
        self._look()
        return sum(self._states.get(job) not in ENDED for job in self.jobs)

    def restart_dead(self) -> None:
        """Resubmit jobs that Slurm has lost for good; it requeues preempted jobs and those of dead nodes."""
        self._look()
        for slot, job in enumerate(self.jobs):
            lost = self._states.get(job) in LOST and self.restarts[slot] < MOST_RESTARTS
            if lost and jobs_left(self.folder):
                self.restarts[slot] += 1
                self.jobs[slot] = submit(self.scripts[slot])

    def cancel(self) -> None:
        self.restarts = [MOST_RESTARTS] * len(self.scripts)
        if self.jobs:
            subprocess.run(["scancel", *self.jobs], capture_output=True, timeout=60)

    def kill(self) -> None:
        """Cancel the jobs; Slurm sends SIGKILL `KillWait` seconds after its SIGTERM."""
        self.cancel()

    def describe(self) -> str:
        jobs = f"job {self.jobs[0]}" + (f" to {self.jobs[-1]}" if len(self.jobs) > 1 else "")
        return "\n".join(
            [
                f"{counted(len(self.jobs), 'worker')} in Slurm's queue: {jobs}; this terminal may close",
                f"{look_line(self.folder)}, or: squeue --name={job_name(self.folder)}",
                f"logs: {self.folder.workers}/SLOT.log",
            ]
        )

    def _look(self) -> None:
        """Query all jobs' states, every few seconds; keep the old ones if Slurm does not answer."""
        if time.monotonic() - self._looked < LOOK:
            return
        self._looked = time.monotonic()
        command = ["squeue", "--noheader", "--states=all", f"--user={getpass.getuser()}", "--format=%A %T"]
        try:
            told = subprocess.run(command, capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            return
        if told.returncode == 0:
            states = dict(line.split() for line in told.stdout.splitlines() if len(line.split()) == 2)
            # A job that the controller has forgotten ended long ago.
            self._states = {job: states.get(job, "GONE") for job in self.jobs}


def batch_script(folder: SweepFolder, slot: int, settings: Mapping[str, Any]) -> str:
    """Return the text of a worker's batch script.

    Raises:
        SettingError: submitit refuses an option.
    """
    from submitit import SlurmExecutor

    cpus, log = int(settings.get("cpus") or 1), str(worker_log(folder, slot))
    memory = {"mem": settings["memory"]} if settings.get("memory") else {}
    options = {
        "job_name": job_name(folder),
        "time": settings.get("time"),
        "partition": settings.get("partition"),
        "account": settings.get("account"),
        "constraint": settings.get("constraint"),
        "gpus_per_node": settings.get("gpus") or None,
        "cpus_per_task": cpus,
        "ntasks_per_node": 1,
        "nodes": 1,
        "signal_delay_s": int(settings.get("grace") or 60),
        "stderr_to_stdout": True,
        "wckey": None,
        "use_srun": False,  # its srun writes to files of its own naming
        "setup": [str(line) for line in settings.get("setup") or ()],
        "additional_parameters": {
            "output": log,
            "requeue": True,
            "chdir": str(Path.cwd()),
            **memory,
            **(settings.get("extra") or {}),
        },
    }
    try:
        executor = SlurmExecutor(folder=folder.workers)
        executor.update_parameters(**options)  # None: no such option, not submitit's own choice
        return executor._make_submission_file_text(step_command(folder, slot, cpus), f"slot{slot}")
    except (TypeError, ValueError) as error:
        raise SettingError("launcher", "slurm", f"submitit refuses its settings: {error}") from error


def step_command(folder: SweepFolder, slot: int, cpus: int) -> str:
    """Return shell lines: the worker's environment, its job step, and what follows if it is killed."""
    names = {**worker_environment(folder, cpus), MARK: "1"}
    exports = [f"export {name}={shlex.quote(value)}" for name, value in names.items()]
    step = ["srun", "--unbuffered", "--ntasks=1", f"--cpus-per-task={cpus}", "--open-mode=append"]
    step += [f"--output={worker_log(folder, slot)}", *worker_command(folder, slot)]
    leave = shlex.join([sys.executable, "-m", "rnnlab.sweep.launch.slurm_worker"])
    killed = f'code=$?; [ "$code" -le 128 ] || exec {leave} $((code - 128)); exit "$code"'
    return "\n".join([*exports, shlex.join(step), killed])


def submit(script: Path) -> str:
    """Submit the batch script; return the number of the Slurm job.

    Raises:
        SettingError: sbatch refused it; with sbatch's message.
    """
    # Where this process itself runs in a Slurm job, that job's settings must not become the workers'.
    inside = ("SLURM_", "SLURMD_", "SRUN_")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(inside) or k == "SLURM_CONF"}
    done = subprocess.run(
        ["sbatch", "--parsable", str(script)], capture_output=True, text=True, env=clean, timeout=120
    )
    if done.returncode:
        said = done.stderr.strip().replace("sbatch: error: ", "")
        raise SettingError("launcher", "slurm", f"sbatch refused {script}: {said}")
    return done.stdout.strip().split(";")[0]


def job_name(folder: SweepFolder) -> str:
    return f"rnnlab-{folder.name}"

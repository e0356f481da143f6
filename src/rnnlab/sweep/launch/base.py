"""Interface of launchers, which start a sweep's workers and watch over them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from rnnlab.errors import SettingError
from rnnlab.sweep.folder import SweepFolder

LAUNCHERS = {
    "local": ("rnnlab.sweep.launch.local", "LocalLauncher"),
    "slurm": ("rnnlab.sweep.launch.slurm", "SlurmLauncher"),
    "ray": ("rnnlab.sweep.launch.ray_cluster", "RayLauncher"),
}
MOST_RESTARTS = 10  # of one worker, so that one that always dies at once is not restarted forever


class Pool(Protocol):
    """The workers of one sweep."""

    def alive(self) -> int:
        """Return how many workers live or wait for a machine. Cheap: remote states are cached briefly."""

    def restart_dead(self) -> None:
        """Restart killed workers, if no other system does and jobs are left."""

    def cancel(self) -> None:
        """Ask all workers to let their trainings save and to leave; return at once."""

    def kill(self) -> None:
        """Kill all workers that this machine can reach, with their trainings; does not wait."""

    def describe(self) -> str:
        """Describe the workers, their machines and logs, and how to watch them."""


class Launcher(Protocol):
    """Interface of a launcher; its settings are those of `conf/launcher`."""

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise UserError if workers cannot be started here; start nothing."""

    def start(self, folder: SweepFolder, settings: Mapping[str, Any]) -> Pool:
        """Start `workers` workers; return at once. Raises UserError, and then none runs."""


def make_launcher(settings: Mapping[str, Any]) -> Launcher:
    """Return the launcher `settings["name"]`; Slurm's and Ray's packages are imported only for that."""
    name = str(settings["name"])
    if name not in LAUNCHERS:
        raise SettingError("launcher.name", name, "is no launcher", LAUNCHERS)
    module, kind = LAUNCHERS[name]
    launcher: Launcher = getattr(import_module(module), kind)()
    return launcher


def worker_command(folder: SweepFolder, slot: int) -> list[str]:
    """Return the command of a worker; slot: its number among the workers of its sweep, from 0."""
    return [sys.executable, "-m", "rnnlab.sweep.worker", str(folder.path), "--slot", str(slot)]


def worker_environment(folder: SweepFolder, threads: int) -> dict[str, str]:
    """Return the environment variables that a worker needs in addition: frozen code and number of threads.

    Args:
        threads: of a training with `threads=auto`.
    """
    paths = [str(folder.code / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": str(threads),
        "RNNLAB_THREADS": str(threads),
    }


def worker_log(folder: SweepFolder, slot: int) -> Path:
    """Return the log of a worker, over all its restarts."""
    return folder.workers / f"{slot}.log"


def jobs_left(folder: SweepFolder) -> bool:
    """Return whether a new worker would find a job, now or when a dead worker's job is released."""
    from rnnlab.sweep.job_broker import (
        JobBroker,  # late: a Ray actor imports this module, and Optuna takes its time
    )
    from rnnlab.sweep.spec import Spec

    desk = JobBroker(folder, Spec.load(folder), "launcher")
    return not desk.ledger.stopped and not desk.is_over


def look_line(folder: SweepFolder) -> str:
    """Return the line that shows the command for a sweep's status."""
    return f"look at it with: rnnlab sweep status {folder.path}"

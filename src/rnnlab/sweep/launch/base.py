"""What a launcher is: it starts a sweep's workers somewhere and keeps an eye on them."""

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
MOST_RESTARTS = 10  # of one worker: one that always dies at once is not started for ever


class Pool(Protocol):
    """The workers of one sweep."""

    def alive(self) -> int:
        """How many live, or wait for a machine. Cheap: what is asked of others is asked every few seconds."""

    def restart_dead(self) -> None:
        """Start workers again that were killed, where nobody else does and jobs are left."""

    def cancel(self) -> None:
        """Ask all to let their trainings save and to leave; returns at once."""

    def kill(self) -> None:
        """Kill all workers that this machine can reach, with their trainings; does not wait."""

    def describe(self) -> str:
        """Who works where, where their logs are, and how to look at them."""


class Launcher(Protocol):
    """The settings are those of `conf/launcher`."""

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raises UserError where it cannot start workers here; starts nothing."""

    def start(self, folder: SweepFolder, settings: Mapping[str, Any]) -> Pool:
        """Start `workers` of them; returns at once. Raises UserError, and then none runs."""


def make_launcher(settings: Mapping[str, Any]) -> Launcher:
    """The launcher that `settings["name"]` names; Slurm's and Ray's packages are imported when it is used."""
    name = str(settings["name"])
    if name not in LAUNCHERS:
        raise SettingError("launcher.name", name, "is no launcher", LAUNCHERS)
    module, kind = LAUNCHERS[name]
    launcher: Launcher = getattr(import_module(module), kind)()
    return launcher


def worker_command(folder: SweepFolder, slot: int) -> list[str]:
    """What starts a worker; slot: its place among the workers of its sweep, from 0."""
    return [sys.executable, "-m", "rnnlab.sweep.worker", str(folder.path), "--slot", str(slot)]


def worker_environment(folder: SweepFolder, threads: int) -> dict[str, str]:
    """What a worker needs beside the environment that it is started in: the frozen code, its share of cores.

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
    """What a worker prints, all its lives behind each other."""
    return folder.workers / f"{slot}.log"


def jobs_left(folder: SweepFolder) -> bool:
    """Whether a new worker would find something to do, now or when a dead one's job is given back."""
    from rnnlab.sweep.job_broker import (
        JobBroker,  # late: a Ray actor imports this module, and Optuna takes its time
    )
    from rnnlab.sweep.spec import Spec

    desk = JobBroker(folder, Spec.load(folder), "launcher")
    return not desk.ledger.stopped and not desk.is_over


def look_line(folder: SweepFolder) -> str:
    """How a sweep is looked at from any terminal."""
    return f"look at it with: rnnlab sweep status {folder.path}"

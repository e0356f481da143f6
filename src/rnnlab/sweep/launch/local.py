"""Run workers as processes of this machine, which divide its cores and GPUs.

Each has its own session, and outlives the terminal and the process that started it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.kill import kill_slots
from rnnlab.sweep.launch.base import (
    MOST_RESTARTS,
    jobs_left,
    look_line,
    worker_command,
    worker_environment,
    worker_log,
)

ASKED_TO_LEAVE = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
T = TypeVar("T")


class LocalLauncher:
    """Settings: workers, jobs_per_gpu."""

    def check(self, settings: Mapping[str, Any]) -> None:
        """Do nothing: processes can be started everywhere."""

    def start(self, folder: SweepFolder, settings: Mapping[str, Any]) -> LocalPool:
        folder.workers.mkdir(exist_ok=True)
        return LocalPool(folder, int(settings["workers"]), int(settings.get("jobs_per_gpu") or 1))


class LocalPool:
    """The processes, by slot."""

    def __init__(self, folder: SweepFolder, workers: int, jobs_per_gpu: int = 1) -> None:
        self.folder, self.workers, self.jobs_per_gpu = folder, workers, jobs_per_gpu
        self.cores, self.gpus = own_cores(), own_gpus()
        self.restarts = [0] * workers
        self.processes: list[subprocess.Popen[bytes]] = []
        try:
            for slot in range(workers):
                self.processes.append(self._start(slot))
        except BaseException:
            self.cancel()
            raise

    def alive(self) -> int:
        return sum(process.poll() is None for process in self.processes)

    def restart_dead(self) -> None:
        """Restart workers that a signal killed, not those that ended by themselves or were asked to."""
        for slot, process in enumerate(self.processes):
            code = process.poll()
            killed = code is not None and code < 0 and -code not in ASKED_TO_LEAVE
            if killed and self.restarts[slot] < MOST_RESTARTS and jobs_left(self.folder):
                self.restarts[slot] += 1
                self.processes[slot] = self._start(slot)

    def cancel(self) -> None:
        self.restarts = [MOST_RESTARTS] * self.workers
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
                process.send_signal(signal.SIGCONT)  # a suspended process could not exit

    def kill(self) -> None:
        self.restarts = [MOST_RESTARTS] * self.workers
        kill_slots(self.folder, [process.pid for process in self.processes if process.poll() is None])

    def describe(self) -> str:
        each = len(share(self.cores, 0, self.workers))
        lines = [f"{counted(self.workers, 'worker')} on this machine, {counted(each, 'core')} each"]
        if self.gpus:
            lines[0] += f", {counted(len(self.gpus), 'GPU')} in all"
        if self.gpus and self.workers > len(self.gpus) * self.jobs_per_gpu:
            rule = f"more workers than {len(self.gpus)} x launcher.jobs_per_gpu={self.jobs_per_gpu}"
            lines.append(f"note: {rule}; those that train on a GPU share it")
        return "\n".join([*lines, look_line(self.folder), f"logs: {self.folder.workers}/SLOT.log"])

    def _start(self, slot: int) -> subprocess.Popen[bytes]:
        cores = share(self.cores, slot, self.workers)
        environment = {**os.environ, **worker_environment(self.folder, len(cores))}
        if self.gpus:
            environment["CUDA_VISIBLE_DEVICES"] = ",".join(share(self.gpus, slot, self.workers))
        with worker_log(self.folder, slot).open("ab") as log:
            process = subprocess.Popen(
                worker_command(self.folder, slot),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if hasattr(os, "sched_setaffinity"):
            with suppress(ProcessLookupError):
                os.sched_setaffinity(process.pid, cores)  # it has one thread yet; later ones inherit
        return process


def share(things: Sequence[T], slot: int, workers: int) -> Sequence[T]:
    """Return a worker's part: equal parts up to the remainder; if there are too few, one in turn."""
    if workers > len(things):
        return [things[slot % len(things)]]
    return things[slot * len(things) // workers : (slot + 1) * len(things) // workers]


def own_cores() -> list[int]:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def own_gpus() -> list[str]:
    """Return this process's NVIDIA GPUs, as CUDA_VISIBLE_DEVICES names them; asking torch is slow."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [name for name in chosen.split(",") if name not in ("", "-1", "NoDevFiles")]
    if shutil.which("nvidia-smi") is None:
        return []
    try:
        listed = subprocess.run(
            ["nvidia-smi", "--list-gpus"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    parts = re.findall(r"\(UUID: (MIG-[^)]+)\)", listed)
    return parts or re.findall(r"^GPU (\d+):", listed, flags=re.MULTILINE)


def counted(count: int, noun: str) -> str:
    """Return `1 worker` or `2 workers`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")

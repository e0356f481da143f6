"""Ray actor of a sweep: it runs a worker as a process of its node."""

from __future__ import annotations

import os
import platform
import subprocess
import threading
from pathlib import Path

from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.launch.base import MOST_RESTARTS, worker_command, worker_environment, worker_log


class WorkerActor:
    """Runs one worker, and restarts it if it is killed; Ray recreates the actor if its node dies.

    Args:
        token: text that the submitting machine wrote into the sweep's folder.
    """

    def __init__(self, path: str, slot: int, threads: int, token: str) -> None:
        self.folder, self.slot, self.threads = SweepFolder(Path(path)), slot, threads
        shared = self.folder.workers / "shared"
        if not shared.is_file() or shared.read_text(encoding="utf-8") != token:
            rule = "the sweep's folder must lie on a file system that all nodes share"
            raise FileNotFoundError(f"{platform.node()} does not see {path}: {rule}")
        self.asked_to_leave = False
        self.process = self._start()
        self.thread = threading.Thread(target=self._stay, daemon=True)
        self.thread.start()

    def works(self) -> bool:
        return self.thread.is_alive()

    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        self.asked_to_leave = True
        self.process.terminate()

    def _stay(self) -> None:
        """Wait until the worker ends by itself; then a detached actor releases its resources."""
        for _ in range(MOST_RESTARTS):
            if self.process.wait() >= 0 or self.asked_to_leave:
                break
            self.process = self._start()
        leave_cluster()

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a worker that dies with its actor: Ray starts another, and two would be one too many."""
        binder = self.folder.code / "src" / "rnnlab" / "sweep" / "child.py"
        program, *arguments = worker_command(self.folder, self.slot)
        command = [program, str(binder), str(os.getpid()), *arguments]
        environment = {**os.environ, **worker_environment(self.folder, self.threads)}
        with worker_log(self.folder, self.slot).open("ab") as log:
            return subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )


def leave_cluster() -> None:
    """End this actor's process."""
    import ray

    if not ray.is_initialized():
        return  # asking for the actor would look for a cluster
    try:
        ray.kill(ray.get_runtime_context().current_actor, no_restart=True)
    except Exception:  # the cluster is going down, and takes the actor with it
        return

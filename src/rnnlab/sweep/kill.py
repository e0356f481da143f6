"""Kill workers that do not exit, with their trainings and all child processes."""

from __future__ import annotations

import os
import platform
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from rnnlab.run.folder.process import is_the_same
from rnnlab.sweep.beat import is_running, living
from rnnlab.sweep.folder import SweepFolder

Beat = dict[str, Any]
LOOKS = 5  # checks within the timeout of a silent worker


def is_here(beat: Beat) -> bool:
    """Return whether the worker runs on this machine, where signals reach it."""
    return bool(beat["host"] == platform.node()) and is_running(beat)


def wake(beats: Iterable[Beat]) -> None:
    """Continue suspended workers of this machine (SIGCONT), so that they can react."""
    for beat in beats:
        if is_here(beat):
            _send(int(beat["pid"]), signal.SIGCONT)


def kill(beat: Beat) -> bool:
    """Kill a worker of this machine and its training's process group; return whether it was running.

    The worker is suspended first, or it would record the end of its training as a failure.
    """
    if not is_here(beat):
        return False
    worker, training = int(beat["pid"]), beat.get("training")
    _send(worker, signal.SIGSTOP)
    if training is not None and is_the_same(training, beat.get("session")):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(training, signal.SIGKILL)
    _send(worker, signal.SIGKILL)
    return True


def kill_slots(folder: SweepFolder, pids: Iterable[int]) -> None:
    """Kill workers that this process started, including those that have not sent a heartbeat yet."""
    beats = {beat["pid"]: beat for beat in living(folder, float("inf")) if beat["host"] == platform.node()}
    for pid in pids:
        if pid not in beats or not kill(beats[pid]):
            _send(pid, signal.SIGKILL)


class Silence:
    """Finds workers of this machine whose process exists but sends no heartbeat: suspended or hanging.

    Args:
        timeout: seconds without a heartbeat; time in which this process was suspended does not count.
    """

    def __init__(
        self, folder: SweepFolder, timeout: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder, self.timeout, self.clock = folder, timeout, clock
        self._looked, self._idle = clock(), dict[tuple[str, int], float]()

    def end(self) -> list[Beat]:
        """Kill workers that exceeded the timeout; return their heartbeats. Cheap enough for every loop."""
        passed, every = self.clock() - self._looked, self.timeout / LOOKS
        if passed < every:
            return []
        self._looked = self.clock()
        there = {(beat["id"], beat["beat"]): beat for beat in living(self.folder, 0.0) if is_here(beat)}
        there = {key: beat for key, beat in there.items() if beat["pid"] != os.getpid()}
        passed = min(passed, 2 * every)  # a late check means that this process was suspended, too
        self._idle = {key: self._idle[key] + passed if key in self._idle else 0.0 for key in there}
        silent = [beat for key, beat in there.items() if self._idle[key] > self.timeout]
        return [beat for beat in silent if kill(beat)]


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # it has just ended, or belongs to another user
        os.kill(pid, number)

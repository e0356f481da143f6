"""Ends workers that do not leave by themselves, with their trainings and all processes of those."""

from __future__ import annotations

import os
import platform
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from rnnlab.sweep.beat import is_running, living, process_start
from rnnlab.sweep.folder import SweepFolder

Beat = dict[str, Any]
LOOKS = 5  # within the time that a worker may be silent


def is_here(beat: Beat) -> bool:
    """Whether the worker runs on this machine, where signals reach it."""
    return bool(beat["host"] == platform.node()) and is_running(beat)


def wake(beats: Iterable[Beat]) -> None:
    """Let the workers of this machine go on that were stopped, so that they hear what they are told."""
    for beat in beats:
        if is_here(beat):
            _send(int(beat["pid"]), signal.SIGCONT)


def kill(beat: Beat) -> bool:
    """SIGKILL to a worker of this machine and to its training's process group; whether there was one.

    The worker is stopped first, or it would take the death of its training for a failure.
    """
    if not is_here(beat):
        return False
    worker, training = int(beat["pid"]), beat.get("training")
    _send(worker, signal.SIGSTOP)
    if training is not None and process_start(training) == beat.get("session"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(training, signal.SIGKILL)
    _send(worker, signal.SIGKILL)
    return True


def kill_slots(folder: SweepFolder, pids: Iterable[int]) -> None:
    """The same for this process's own workers, those that have shown no sign of life too."""
    beats = {beat["pid"]: beat for beat in living(folder, float("inf")) if beat["host"] == platform.node()}
    for pid in pids:
        if pid not in beats or not kill(beats[pid]):
            _send(pid, signal.SIGKILL)


class Silence:
    """Finds workers of this machine whose process is there but shows no sign of life: stopped, or hanging.

    Args:
        timeout: seconds without a beat, of this process's own waking time.
    """

    def __init__(
        self, folder: SweepFolder, timeout: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder, self.timeout, self.clock = folder, timeout, clock
        self._looked, self._idle = clock(), dict[tuple[str, int], float]()

    def end(self) -> list[Beat]:
        """Kill those that have been silent for too long; who they were. Cheap, to be asked often."""
        passed, every = self.clock() - self._looked, self.timeout / LOOKS
        if passed < every:
            return []
        self._looked = self.clock()
        there = {(beat["id"], beat["beat"]): beat for beat in living(self.folder, 0.0) if is_here(beat)}
        there = {key: beat for key, beat in there.items() if beat["pid"] != os.getpid()}
        passed = min(passed, 2 * every)  # one that comes late slept as well
        self._idle = {key: self._idle[key] + passed if key in self._idle else 0.0 for key in there}
        silent = [beat for key, beat in there.items() if self._idle[key] > self.timeout]
        return [beat for beat in silent if kill(beat)]


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # it has just ended, or is another user's
        os.kill(pid, number)

"""Time, processor time and peak memory of a command with all its processes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

PAUSE = 0.05  # seconds between two looks at the memory
PAGE = os.sysconf("SC_PAGE_SIZE")
COMMAND = [sys.executable, "-m", "rnnlab.cli"]
TRAIN = [sys.executable, "-m", "rnnlab.cli", "train"]


class Measured(NamedTuple):
    """What a command cost.

    Attributes:
        seconds: on the clock. cpu: seconds of processor time, of all its processes.
        memory: most bytes that its processes held at once, without the pages of files that they map.
        output: what it printed.
    """

    seconds: float
    cpu: float
    memory: int
    output: str


class Failed(Exception):
    """A command that did not end well."""


def run(command: Sequence[object], folder: Path, environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command in a folder and measure it.

    Raises:
        Failed: its exit code is not 0.
    """
    before, start = children(), time.perf_counter()
    with subprocess.Popen(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watch = Watch(process.pid)
        output, _ = process.communicate()
        watch.end()
    seconds = time.perf_counter() - start
    if process.returncode:
        raise Failed(f"{' '.join(map(str, command))}\nexit code {process.returncode}\n{output[-2000:]}")
    return Measured(seconds, children() - before, watch.peak, output)


def children() -> float:
    """Return the processor time of all processes that have been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Watch:
    """Peak memory in bytes of a process and its descendants together, looked at while they run."""

    def __init__(self, process: int) -> None:
        self.peak, self._over = 0, threading.Event()
        self._thread = threading.Thread(target=self._look, args=(process,), daemon=True)
        self._thread.start()

    def _look(self, process: int) -> None:
        while not self._over.wait(PAUSE):
            each = [held(member) for member in family(process)]
            # a child that has not executed its program yet has the very memory of its parent
            others = [size for place, size in enumerate(each) if size not in each[:place]]
            self.peak = max(self.peak, sum(others))

    def end(self) -> None:
        self._over.set()
        self._thread.join()


def family(process: int) -> list[int]:
    """Return a process and its descendants."""
    found, place = [process], 0
    while place < len(found):
        for listed in Path(f"/proc/{found[place]}/task").glob("*/children"):
            try:
                found += map(int, listed.read_text().split())
            except OSError:  # it has just ended
                continue
        place += 1
    return found


def held(process: int) -> int:
    """Return a process's memory that no file backs, in bytes; 0 for one that has ended."""
    try:
        _, resident, shared, *_ = map(int, Path(f"/proc/{process}/statm").read_text().split())
    except (OSError, ValueError):
        return 0
    return (resident - shared) * PAGE

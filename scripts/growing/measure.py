"""Time, processor time and peak memory of a command with all its processes."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

PAUSE = 0.05  # seconds between two looks at the memory
GRACE = 10.0  # seconds that a command has to end when it is asked to
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")  # of processor time in a second
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
    with begun(command, folder, environment, subprocess.STDOUT) as process, watched(process.pid) as watch:
        output, _ = process.communicate()
    seconds = time.perf_counter() - start
    if process.returncode:
        raise Failed(f"{' '.join(map(str, command))}\nexit code {process.returncode}\n{output[-2000:]}")
    return Measured(seconds, children() - before, watch.peak, output)


@contextmanager
def begun(
    command: Sequence[object],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    errors: int | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """Start a command; at the end of the block it and its descendants are gone, whatever ends the block.

    Args:
        errors: where its standard error goes; None leaves it where this process has it.
    """
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        start_new_session=True,  # a signal to this script's group is passed on by `end`, once
    )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    """Ask a process to end, and kill what is left of it and of its descendants after a while."""
    members = family(process.pid)
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
    for member in members[1:]:
        with suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def children() -> float:
    """Return the processor time of all processes that have been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def watched(process: int) -> Iterator[Watch]:
    """Watch the memory of a process until the end of the block."""
    watch = Watch(process)
    try:
        yield watch
    finally:
        watch.end()


def used(process: int) -> float:
    """Return the processor time so far of a running process and its threads, in seconds."""
    facts = (
        Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    )
    return (int(facts[11]) + int(facts[12])) / TICKS  # of the program and of the system for it


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

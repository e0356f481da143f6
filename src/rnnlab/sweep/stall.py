"""Measure how long a training has made no progress.

During training, progress is a finished batch (see callback/progress_mark.py). Before the first batch and
after the last one (imports, tokenizing, word vectors, pretraining, calibration, the report) it is CPU time,
or bytes read and written, of the process group.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rnnlab.run.train.sweep_job import TRAINING

LOOK = 2.0  # seconds between two checks, at most
LEAP = 3.0  # most intervals that one check counts: a later one means that this process was suspended, too
BUSY = 0.02  # cores; less counts as idle
BYTES = 16_384  # a second; less counts as idle


class Stall:
    """Counts the seconds without progress in `idle`; time in which this process was suspended is left out.

    Args:
        path: the file in which the training marks its progress.
        group: process group of the training.
        limit: seconds without progress that are allowed; None: no limit.
    """

    def __init__(
        self, path: Path, group: int, limit: float | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.path, self.group, self.limit, self.clock = path, group, limit, clock
        self.idle = 0.0
        self._every = LOOK if limit is None else min(LOOK, limit / 5)
        self._looked = clock()
        self._seen = self._mark()
        self._used = used(group)

    def over(self) -> bool:
        """Return whether the limit is exceeded; cheap enough for every loop."""
        if self.limit is None:
            return False
        passed = self.clock() - self._looked
        if passed >= self._every:
            self._looked = self.clock()
            self.idle = 0.0 if self._moved(passed) else self.idle + min(passed, LEAP * self._every)
        return self.idle > self.limit

    def _moved(self, passed: float) -> bool:
        before, self._seen = self._seen, self._mark()
        if self._seen[0] == TRAINING:
            self._used = None  # reading all of /proc costs tens of milliseconds, and only batches count here
            return self._seen != before
        return self._is_busy(passed) or self._seen != before

    def _mark(self) -> tuple[str, int]:
        try:
            return self.path.read_text(encoding="utf-8"), self.path.stat().st_mtime_ns
        except OSError:
            return "", 0

    def _is_busy(self, passed: float) -> bool:
        """Return whether the group used CPU or disk; always True without /proc, where only batches count."""
        now, before = used(self.group), self._used
        self._used = now
        if now is None or before is None:
            return True
        seconds, count = now[0] - before[0], now[1] - before[1]
        return abs(seconds) > BUSY * passed or abs(count) > BYTES * passed


def used(group: int) -> tuple[float, int] | None:
    """Return CPU seconds and bytes read and written by a process group; None without /proc."""
    proc = Path("/proc")
    if not (proc / "self" / "stat").exists():
        return None
    ticks = count = 0
    for folder in proc.iterdir():
        if folder.name.isdecimal():
            own = _of_process(folder, group)
            ticks, count = ticks + own[0], count + own[1]
    return ticks / os.sysconf("SC_CLK_TCK"), count


def _of_process(folder: Path, group: int) -> tuple[int, int]:
    """Return CPU ticks and bytes; zeros for a process of another group or one that has just ended."""
    ticks = count = 0
    with suppress(OSError, IndexError, ValueError):
        words = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        if int(words[2]) == group:
            ticks = sum(map(int, words[11:15]))
            lines = (folder / "io").read_text(encoding="ascii").splitlines()
            count = sum(int(line.split()[1]) for line in lines[:2])
    return ticks, count

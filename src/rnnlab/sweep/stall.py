"""How long a training has made no progress.

While it trains, progress is a batch that has ended (see callback/progress_mark.py). Before its first batch
and after its last one (imports, tokenizing, word vectors, pretraining, calibration, the report) it is
processor time, or bytes read and written, of its process group.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rnnlab.run.sweep_job import TRAINING

LOOK = 2.0  # seconds between two looks, at most
LEAP = 3.0  # a look that comes later than so many times its time counts no more: this process slept as well
BUSY = 0.02  # of a core: what uses less does nothing
BYTES = 16_384  # a second


class Stall:
    """`idle` is the seconds without progress, of the watcher's own waking time.

    Args:
        path: the file that the training marks.
        group: its process group.
        limit: seconds; None: it is never `over`.
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
        """Whether the limit is over; cheap, to be asked often."""
        if self.limit is None:
            return False
        passed = self.clock() - self._looked
        if passed >= self._every:
            self._looked = self.clock()
            self.idle = 0.0 if self._moved(passed) else self.idle + min(passed, LEAP * self._every)
        return self.idle > self.limit

    def _moved(self, passed: float) -> bool:
        marked, before, busy = self._mark(), self._seen, self._is_busy(passed)
        self._seen = marked
        return marked != before or (marked[0] != TRAINING and busy)

    def _mark(self) -> tuple[str, int]:
        try:
            return self.path.read_text(encoding="utf-8"), self.path.stat().st_mtime_ns
        except OSError:
            return "", 0

    def _is_busy(self, passed: float) -> bool:
        """On a system without /proc always: there only the steps of a training are watched."""
        now, before = used(self.group), self._used
        self._used = now
        if now is None or before is None:
            return True
        seconds, count = now[0] - before[0], now[1] - before[1]
        return abs(seconds) > BUSY * passed or abs(count) > BYTES * passed


def used(group: int) -> tuple[float, int] | None:
    """Processor seconds and bytes read and written of all processes of a group; None without /proc."""
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
    """Ticks of the processor and bytes; none of a process of another group, or one that has just ended."""
    ticks = count = 0
    with suppress(OSError, IndexError, ValueError):
        words = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        if int(words[2]) == group:
            ticks = sum(map(int, words[11:15]))
            lines = (folder / "io").read_text(encoding="ascii").splitlines()
            count = sum(int(line.split()[1]) for line in lines[:2])
    return ticks, count

"""Signs of life: each worker's file, and who has stopped showing any."""

from __future__ import annotations

import json
import os
import platform
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rnnlab.sweep.folder import SweepFolder


class Heartbeat:
    """Writes a worker's file every few seconds from a thread of its own, until it is stopped.

    Args:
        seconds: between two beats.
    """

    def __init__(self, folder: SweepFolder, worker: str, slot: str, seconds: float) -> None:
        self.path, self.seconds = beat_path(folder, worker), seconds
        self.fields: dict[str, Any] = {
            "id": worker,
            "host": platform.node(),
            "pid": os.getpid(),
            "process": process_start(os.getpid()),
            "slot": slot,
            "beat": 0,
            "job": None,
            "started": time.time(),
            "slurm": os.environ.get("SLURM_JOB_ID"),
        }
        self._end = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Heartbeat:
        self.path.parent.mkdir(exist_ok=True)
        self.write()
        self._thread.start()
        return self

    def write(self, **fields: Any) -> None:
        """Beat once, with what has changed."""
        with self._lock:
            self.fields.update(fields)
            self.fields["beat"] += 1
            part = self.path.with_suffix(".json.part")
            part.write_text(json.dumps(self.fields), encoding="utf-8")
            os.replace(part, self.path)

    def stop(self) -> None:
        """The worker leaves: its file goes."""
        self._end.set()
        self._thread.join()
        self.path.unlink(missing_ok=True)

    def _run(self) -> None:
        while not self._end.wait(self.seconds):
            try:
                self.write()
            except OSError:
                continue  # a full disk; others wait for `heartbeat_timeout` before they take the job


class Watch:
    """Tells which workers are dead: their process is gone from this machine, or their beat has stood still.

    Args:
        timeout: seconds without a beat. The watcher's own clock counts, from when it first saw the beat.
    """

    def __init__(
        self, folder: SweepFolder, timeout: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder, self.timeout, self.clock = folder, timeout, clock
        self._seen: dict[str, tuple[int, float]] = {}

    def dead(self, workers: Iterable[str]) -> list[str]:
        return [worker for worker in workers if self._is_dead(worker)]

    def _is_dead(self, worker: str) -> bool:
        fields = read_beat(beat_path(self.folder, worker))
        if fields is not None and fields["host"] == platform.node():
            return not is_running(fields)
        beat, now = -1 if fields is None else fields["beat"], self.clock()
        if self._seen.get(worker, (None, 0.0))[0] != beat:
            self._seen[worker] = (beat, now)
        return now - self._seen[worker][1] > self.timeout


def living(folder: SweepFolder, timeout: float) -> list[dict[str, Any]]:
    """The beats of workers that seem to live: on this machine by their process, elsewhere by their file's age."""
    beats = [read_beat(path) for path in sorted(folder.workers.glob("*.json"))]
    here = platform.node()
    return [
        beat
        for beat in beats
        if beat is not None
        and (is_running(beat) if beat["host"] == here else time.time() - beat["written"] < timeout)
    ]


def read_beat(path: Path) -> dict[str, Any] | None:
    """A worker's file, with `written`, the time of its last beat; None if there is none."""
    try:
        return {**json.loads(path.read_text(encoding="utf-8")), "written": path.stat().st_mtime}
    except (OSError, ValueError):
        return None


def is_running(fields: dict[str, Any]) -> bool:
    """Whether the process of a beat lives on this machine; another one with its number does not count."""
    return process_start(int(fields["pid"])) == fields["process"] is not None


def process_start(pid: int) -> str | None:
    """What tells a process from a later one of the same number; None if there is none.

    Where there is no /proc only the number is looked at.
    """
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return None if words[0] in "ZX" else words[19]
    except OSError:
        if Path("/proc/self").exists():
            return None
    try:
        os.kill(pid, 0)
    except OSError:
        return None
    return "?"


def beat_path(folder: SweepFolder, worker: str) -> Path:
    return folder.workers / f"{worker}.json"

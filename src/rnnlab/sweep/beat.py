"""Heartbeats: each worker's file, and the detection of dead workers."""

from __future__ import annotations

import json
import os
import platform
import tempfile
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from rnnlab.atomic import write_whole
from rnnlab.run.folder.process import is_the_same, started
from rnnlab.sweep.folder import SweepFolder
from rnnlab.untrusted import read_json


class Heartbeat:
    """Writes a worker's file every few seconds from its own thread, until it is stopped.

    Args:
        seconds: between two heartbeats.
    """

    def __init__(self, folder: SweepFolder, worker: str, slot: str, seconds: float) -> None:
        self.path, self.seconds = beat_path(folder, worker), seconds
        self.fields: dict[str, Any] = {
            "id": worker,
            "host": platform.node(),
            "pid": os.getpid(),
            "process": started(os.getpid()),
            "slot": slot,
            "beat": 0,
            "job": None,
            "training": None,
            "session": None,
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
        """Write one heartbeat with updated fields.

        A failed write, as on a full disk, is ignored: the next heartbeat has the fields. Other workers
        consider this one dead after `heartbeat_timeout` without any.
        """
        with self._lock, suppress(OSError):
            self.fields.update(fields)
            self.fields["beat"] += 1
            write_whole(self.path, json.dumps(self.fields))

    def stop(self) -> None:
        """Remove the worker's file when it leaves."""
        self._end.set()
        self._thread.join()
        self.path.unlink(missing_ok=True)

    def _run(self) -> None:
        while not self._end.wait(self.seconds):
            self.write()


class Watch:
    """Finds dead workers: their process is gone from this machine, or their last heartbeat is too old.

    Times are the file system's modification times, so that the clocks of machines need not agree.

    Args:
        own: the watcher's name; others' heartbeats are compared with its last one, so that a watcher which
            was suspended itself declares nobody dead.
        timeout: seconds without a heartbeat.
    """

    def __init__(self, folder: SweepFolder, own: str, timeout: float) -> None:
        self.folder, self.own, self.timeout = folder, own, timeout

    def dead(self, workers: Iterable[str]) -> list[str]:
        """Return the dead ones of `workers`."""
        me = read_beat(beat_path(self.folder, self.own))
        if me is None:
            return []
        return [worker for worker in workers if not self._lives(worker, me["written"])]

    def _lives(self, worker: str, now: float) -> bool:
        beat = read_beat(beat_path(self.folder, worker))
        return beat is not None and lives(beat, now, self.timeout)


def lives(beat: dict[str, Any], now: float, timeout: float) -> bool:
    """Return whether a worker lives: by its process on this machine, else by its last heartbeat's age."""
    return is_running(beat) if beat["host"] == platform.node() else now - beat["written"] <= timeout


def living(folder: SweepFolder, timeout: float) -> list[dict[str, Any]]:
    """Return the heartbeats of living workers; for callers that are not workers."""
    if not folder.workers.is_dir():
        return []
    now = _time_of(folder.workers)
    beats = [read_beat(path) for path in sorted(folder.workers.glob("*.json"))]
    return [beat for beat in beats if beat is not None and lives(beat, now, timeout)]


def _time_of(folder: Path) -> float:
    """Return the file system's current time, or this machine's if the folder cannot be written."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as probe:
            return os.stat(probe.name).st_mtime
    except OSError:
        return time.time()


def read_beat(path: Path) -> dict[str, Any] | None:
    """Read a worker's file, with `written`, the time of its last heartbeat; None if there is none."""
    try:
        return {**read_json(path), "written": path.stat().st_mtime}
    except (OSError, ValueError):
        return None


def is_running(fields: dict[str, Any]) -> bool:
    """Return whether a heartbeat's process runs on this machine; another with the same PID does not count."""
    return is_the_same(int(fields["pid"]), fields["process"])


def beat_path(folder: SweepFolder, worker: str) -> Path:
    return folder.workers / f"{worker}.json"

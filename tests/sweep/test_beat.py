"""Signs of life: who lives, who is dead, whatever the clocks of machines say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rnnlab.run.folder.process import started as start_of
from rnnlab.sweep.beat import Heartbeat, Watch, beat_path, living, read_beat
from rnnlab.sweep.folder import SweepFolder


@pytest.fixture
def folder(tmp_path: Path) -> SweepFolder:
    folder = SweepFolder(tmp_path)
    folder.workers.mkdir()
    return folder


def far(folder: SweepFolder, worker: str, age: float, beat: int = 1) -> None:
    """A worker on another machine whose last beat is `age` seconds old."""
    path = beat_path(folder, worker)
    path.write_text(json.dumps({"id": worker, "host": "elsewhere", "pid": 1, "process": "1", "beat": beat}))
    then = time.time() - age
    os.utime(path, (then, then))


def test_a_worker_beats_until_it_leaves(folder: SweepFolder) -> None:
    beat = Heartbeat(folder, "w1", "0", 0.05).start()
    first = read_beat(beat.path)
    time.sleep(0.3)
    beat.write(job=3)
    later = read_beat(beat.path)
    assert first is not None
    assert later is not None
    assert later["beat"] > first["beat"] + 1
    assert later["job"] == 3
    assert [b["id"] for b in living(folder, 60.0)] == ["w1"]
    beat.stop()
    assert living(folder, 60.0) == []


def test_one_on_this_machine_is_dead_with_its_process(folder: SweepFolder) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    me = Heartbeat(folder, "me", "0", 60.0).start()
    fields = {**me.fields, "id": "w1", "pid": process.pid, "process": start_of(process.pid)}
    beat_path(folder, "w1").write_text(json.dumps(fields))
    watch = Watch(folder, "me", 60.0)
    assert watch.dead(["w1"]) == []
    process.kill()
    process.wait()
    assert watch.dead(["w1"]) == ["w1"]
    beat_path(folder, "w1").write_text(
        json.dumps({**fields, "pid": os.getpid(), "process": "another's start"})
    )
    assert watch.dead(["w1"]) == ["w1"]
    me.stop()


def test_one_elsewhere_is_dead_when_it_beat_too_long_before_the_watcher(folder: SweepFolder) -> None:
    me = Heartbeat(folder, "me", "0", 60.0).start()
    far(folder, "fresh", 10.0)
    far(folder, "old", 100.0)
    assert Watch(folder, "me", 60.0).dead(["fresh", "old", "gone"]) == ["old", "gone"]
    then = time.time() - 95.0  # a watcher that slept itself
    os.utime(me.path, (then, then))
    assert Watch(folder, "me", 60.0).dead(["fresh", "old"]) == []
    assert [b["id"] for b in living(folder, 60.0)] == ["fresh", "me"]
    me.stop()
    assert Watch(folder, "me", 60.0).dead(["old"]) == []

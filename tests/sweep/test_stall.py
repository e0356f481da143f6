"""What counts as progress of a training, and what does not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rnnlab.run.train.sweep_job import OTHER, TRAINING
from rnnlab.sweep.stall import Stall, used
from rnnlab.training.callback.progress_mark import ProgressMark


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def idle() -> Iterator[int]:
    """A process group that does nothing."""
    process = subprocess.Popen(["sleep", "600"], start_new_session=True)
    yield process.pid
    process.kill()
    process.wait()


def watched(path: Path, group: int, limit: float | None = 10.0) -> tuple[Stall, Clock]:
    clock = Clock()
    return Stall(path, group, limit, clock), clock


def over_after(stall: Stall, clock: Clock, seconds: int, each: float = 1.0) -> bool:
    found = False
    for _ in range(seconds):
        clock.now += each
        found = stall.over()
    return found


def test_a_training_without_a_step_is_over_the_limit_and_one_with_steps_is_not(
    tmp_path: Path, idle: int
) -> None:
    path = tmp_path / "mark"
    path.write_text(TRAINING)
    stall, clock = watched(path, idle)
    assert not over_after(stall, clock, 10)
    assert over_after(stall, clock, 5)
    assert 10 < stall.idle < 16
    os.utime(path, (1, 1))  # a batch
    assert not over_after(stall, clock, 9)
    assert over_after(stall, clock, 6)


def test_a_busy_processor_is_progress_before_and_after_the_training_alone(tmp_path: Path) -> None:
    path, clock = tmp_path / "mark", Clock()
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True)
    try:
        for phase, limit in (("", False), (OTHER, False), (TRAINING, True)):
            path.write_text(phase)
            stall = Stall(path, busy.pid, 0.6, clock)
            for _ in range(12):
                time.sleep(0.15)
                clock.now += 0.15
                stall.over()
            assert (stall.idle > 0.6) == limit
    finally:
        busy.kill()
        busy.wait()


def test_all_processes_are_read_only_where_they_count(tmp_path: Path, idle: int, monkeypatch: Any) -> None:
    path, reads = tmp_path / "mark", [0.0]

    def counted(group: int) -> tuple[float, int]:
        reads.append(reads[-1] + 1)
        return reads[-1], 0

    monkeypatch.setattr("rnnlab.sweep.stall.used", counted)
    path.write_text(TRAINING)
    stall, clock = watched(path, idle)
    before = len(reads)
    assert over_after(stall, clock, 15)
    assert len(reads) == before
    path.write_text(OTHER)
    assert not over_after(stall, clock, 15)
    assert len(reads) > before


def test_a_watcher_that_slept_itself_blames_nobody(tmp_path: Path, idle: int) -> None:
    path = tmp_path / "mark"
    path.write_text(TRAINING)
    stall, clock = watched(path, idle)
    assert not over_after(stall, clock, 1, each=86_400)


def test_without_a_limit_nothing_is_over(tmp_path: Path, idle: int) -> None:
    stall, clock = watched(tmp_path / "mark", idle, None)
    assert not over_after(stall, clock, 100, each=1000)


def test_time_and_bytes_of_a_whole_group_count() -> None:
    mine = used(os.getpgid(0))
    assert mine is not None
    assert mine[0] > 0
    assert mine[1] > 0
    assert used(2**22 + 1) == (0, 0)


def test_a_run_marks_its_batches_and_phases(tmp_path: Path) -> None:
    mark, none = ProgressMark(tmp_path / "mark", TRAINING, OTHER), (None, None)
    mark.on_train_start(*none)
    assert mark.path.read_text() == TRAINING
    os.utime(mark.path, (1, 1))
    for hook in (mark.on_train_batch_end, mark.on_validation_batch_end):
        hook(*none, None, None, 0)
    assert mark.path.stat().st_mtime > 1
    mark.on_train_end(*none)
    assert mark.path.read_text() == OTHER
    mark.path.unlink()  # nobody watches any more
    mark._next = 0.0
    mark.on_test_batch_end(*none, None, None, 0)
    assert not mark.path.exists()

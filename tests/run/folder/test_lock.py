"""A folder is had by one process at a time, until that ends, whatever ends it."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rnnlab.run.folder.lock import BEAT, FILE, SILENT, FolderLock, Held, holder_of, words

HOLD = """
import os, sys, time
from pathlib import Path
from rnnlab.run.folder.lock import FolderLock
FolderLock().acquire(Path(sys.argv[1]), "it is being trained")
if "fork" in sys.argv and os.fork() == 0:
    time.sleep(600)
print(os.getpid(), flush=True)
time.sleep(600)
"""
Hold = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def hold() -> Iterator[Hold]:
    """A function that starts a process which has a folder."""
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path, *more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLD, str(folder), *more]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True))
        assert started[-1].stdout is not None
        assert started[-1].stdout.readline().strip() == str(started[-1].pid)
        return started[-1]

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def take(folder: Path) -> None:
    lock = FolderLock()
    lock.acquire(folder, "it is being trained")
    lock.release()


def test_the_second_is_refused_with_the_name_of_the_first(tmp_path: Path, hold: Hold) -> None:
    process = hold(tmp_path)
    told = rf"{re.escape(str(tmp_path))}: it is being trained by process {process.pid} on {platform.node()} "
    with pytest.raises(
        Held, match=told + r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d; wait for it, or end it first"
    ):
        take(tmp_path)
    holder = holder_of(tmp_path)
    assert holder is not None
    assert holder["pid"] == process.pid


@pytest.mark.parametrize("more", [(), ("fork",)])
def test_a_kill_frees_it_whatever_children_live(tmp_path: Path, hold: Hold, more: Any) -> None:
    process = hold(tmp_path, *more)
    process.kill()
    process.wait()
    assert (tmp_path / FILE).exists()
    deadline = time.monotonic() + 30
    while holder_of(tmp_path) is not None and time.monotonic() < deadline:
        time.sleep(0.05)  # a child that has just been made lets go as its first act
    take(tmp_path)
    assert not (tmp_path / FILE).exists()


def test_it_moves_with_the_folder(tmp_path: Path, hold: Hold) -> None:
    (tmp_path / "before").mkdir()
    hold(tmp_path / "before")
    (tmp_path / "before").rename(tmp_path / "after")
    with pytest.raises(Held):
        take(tmp_path / "after")


def test_looking_writes_nothing_and_needs_no_folder(tmp_path: Path) -> None:
    assert holder_of(tmp_path) is None
    assert holder_of(tmp_path / "none") is None
    assert list(tmp_path.iterdir()) == []


def test_a_lock_whose_file_was_removed_is_taken_anew(tmp_path: Path) -> None:
    first, second = FolderLock(), FolderLock()
    first.acquire(tmp_path, "")
    (tmp_path / FILE).unlink()
    second.acquire(tmp_path, "")
    with pytest.raises(Held):
        take(tmp_path)
    second.release()
    first.release()


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without locks."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


def said(folder: Path, age: float, **fields: Any) -> None:
    mine = {"pid": os.getppid(), "host": platform.node(), "started": None, "since": 0.0}
    (folder / FILE).write_text(json.dumps(mine | fields))
    then = time.time() - age
    os.utime(folder / FILE, (then, then))


@pytest.mark.usefixtures("no_locks")
def test_without_locks_a_living_process_of_this_machine_has_it(tmp_path: Path) -> None:
    said(tmp_path, 10 * SILENT)
    with pytest.raises(Held, match=f"process {os.getppid()} on"):
        take(tmp_path)
    said(tmp_path, 0.0, started="another's")
    take(tmp_path)


@pytest.mark.usefixtures("no_locks")
def test_without_locks_another_machine_has_it_as_long_as_it_touches_the_file(tmp_path: Path) -> None:
    said(tmp_path, BEAT, host="elsewhere")
    assert holder_of(tmp_path) is not None
    with pytest.raises(Held, match="on elsewhere"):
        take(tmp_path)
    said(tmp_path, SILENT + 1, host="elsewhere")
    assert holder_of(tmp_path) is None
    take(tmp_path)


@pytest.mark.usefixtures("no_locks")
def test_without_locks_the_file_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnlab.run.folder.lock.BEAT", 0.02)
    lock = FolderLock()
    lock.acquire(tmp_path, "")
    os.utime(tmp_path / FILE, (1, 1))
    deadline = time.monotonic() + 20
    while (tmp_path / FILE).stat().st_mtime < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    lock.release()


@pytest.mark.usefixtures("no_locks")
@pytest.mark.parametrize(
    "fields", [{"pid": "x"}, {"pid": None}, {"pid": -1}, {"pid": 1 << 40}, {"since": "x"}, {"since": 1e300}]
)
def test_without_locks_a_file_with_wrong_values_names_nobody(tmp_path: Path, fields: dict[str, Any]) -> None:
    said(tmp_path, 0.0, **fields)
    assert holder_of(tmp_path) is None
    take(tmp_path)


def test_a_folder_whose_file_is_removed_each_time_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnlab.run.folder.lock._is_there", lambda *_: False)
    with pytest.raises(Held, match="it is being trained by another process;"):
        take(tmp_path)


def test_a_lock_without_words_is_another_process(tmp_path: Path) -> None:
    first = FolderLock()
    first.acquire(tmp_path, "")
    for text in ("", "{", "[]", "7", '{"pid": 1}'):
        (tmp_path / FILE).write_text(text)
        with pytest.raises(Held, match="it is being trained by another process;"):
            take(tmp_path)
    first.release()
    assert words({}) == "another process"

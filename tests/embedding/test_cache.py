"""A folder is whole or not there: killed writers, two writers at once, damage afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rnnlab.embedding.cache import RECORD, is_whole, key_of, make_once
from rnnlab.errors import SettingError

WRITER = """
import sys, time
from pathlib import Path
from rnnlab.embedding.cache import make_once
def write(stage):
    (stage / "a").write_text("half")
    Path(sys.argv[2]).touch()
    time.sleep(float(sys.argv[3]))
    (stage / "b").write_text("rest")
print(make_once(Path(sys.argv[1]), write))
"""


def write_a(stage: Path) -> None:
    (stage / "a").write_text("content")


def start(folder: Path, started: Path, seconds: float) -> subprocess.Popen:
    command = [sys.executable, "-c", WRITER, str(folder), str(started), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def wait_for(path: Path, process: subprocess.Popen) -> None:
    while not path.exists():
        assert process.poll() is None


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    assert make_once(tmp_path / "x" / "entry", write_a) is False
    assert make_once(tmp_path / "x" / "entry", lambda stage: pytest.fail("made again")) is True
    assert sorted(path.name for path in (tmp_path / "x" / "entry").iterdir()) == ["a", RECORD]


@pytest.mark.parametrize("damage", ["changed", "gone", "record gone", "record cut", "record a list"])
def test_what_is_damaged_is_made_again(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "entry"
    make_once(folder, write_a)
    if damage == "changed":
        (folder / "a").write_text("conten")
    elif damage.endswith(("record gone", "gone")):
        (folder / (RECORD if "record" in damage else "a")).unlink()
    else:
        (folder / RECORD).write_text('{"a' if "cut" in damage else "[1]")
    assert not is_whole(folder)
    assert make_once(folder, write_a) is False
    assert (folder / "a").read_text() == "content"
    assert [path.name for path in tmp_path.iterdir()] == ["entry"]


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(stage: Path) -> None:
        write_a(stage)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_once(tmp_path / "entry", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_is_killed_leaves_no_entry(tmp_path: Path) -> None:
    folder, started = tmp_path / "cache" / "entry", tmp_path / "started"
    process = start(folder, started, 60)
    wait_for(started, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not folder.exists()
    assert make_once(folder, write_a) is False
    leftover = next(folder.parent.glob(".partial-*"))
    os.utime(leftover, (0, 0))
    make_once(folder.with_name("next"), write_a)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["entry", "next"]


def test_of_two_writers_the_first_to_end_wins(tmp_path: Path) -> None:
    folder, started = tmp_path / "entry", tmp_path / "started"
    process = start(folder, started, 0.3)
    wait_for(started, process)
    make_once(folder, write_a)
    assert process.communicate()[0] == "False\n"
    assert process.returncode == 0
    assert (folder / "a").read_text() == "content"
    assert is_whole(folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["entry", "started"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingError, match=r"paths\.cache_dir=.*file/sub: cannot be made: Not a directory"):
        make_once(tmp_path / "file" / "sub" / "entry", write_a)


def test_keys_depend_on_content_and_not_on_order() -> None:
    assert key_of({"a": 1, "b": None}) == key_of({"b": None, "a": 1}) != key_of({"a": 1, "b": 2})
    assert len(key_of([])) == 32

"""result.json: whole at every moment, and written even where the disk is full."""

import json
from pathlib import Path

import pytest

from rnnlab.run.folder.result import BLOCK, Result, read

FULL = Path("/dev/full")
full_disk = pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")


def result(folder, primary=True):
    return Result(folder, {"task": "imdb", "model": {"name": "lstm"}, "overrides": ["a=1"] * 50}, primary)


def test_starts_and_seconds_are_counted_over_resumes(tmp_path):
    result(tmp_path).update()
    second = result(tmp_path)
    second.seconds_before = 100.0
    second.end("preempted")
    found = read(tmp_path / "result.json")
    assert (found["starts"], found["status"]) == (2, "preempted")
    assert found["seconds"] >= 100


def test_a_broken_file_is_none(tmp_path):
    (tmp_path / "result.json").write_text('{"status": "runn')
    assert read(tmp_path / "result.json") == {}
    assert result(tmp_path).fields["starts"] == 1


@full_disk
@pytest.mark.parametrize("traceback", ["short", "long " * 3 * BLOCK])
def test_on_a_full_disk_the_end_is_written_in_place(tmp_path, traceback):
    mine = result(tmp_path)
    mine.update()
    (tmp_path / "result.json.part").symlink_to(FULL)
    mine.end("failed", cause="disk", error="OSError: no space", traceback=traceback)
    found = json.loads((tmp_path / "result.json").read_text())
    assert (found["status"], found["cause"], found["error"]) == ("failed", "disk", "OSError: no space")
    assert (tmp_path / "result.json").stat().st_size <= BLOCK
    assert ("traceback" in found) == (traceback == "short")
    assert not (tmp_path / "result.json.part").is_symlink()


def test_one_that_cannot_be_written_at_all_is_an_error(tmp_path):
    mine = result(tmp_path / "nowhere")
    with pytest.raises(OSError, match="nowhere"):
        mine.end("failed")


def test_another_process_writes_only_where_the_first_has_not_ended(tmp_path):
    first, second = result(tmp_path), result(tmp_path, primary=False)
    first.update()
    second.update(error="lost")
    assert "error" not in read(tmp_path / "result.json")
    second.take_over()
    second.end("failed", error="mine")
    assert read(tmp_path / "result.json")["error"] == "mine"
    third = result(tmp_path, primary=False)
    third.take_over()
    third.end("failed", error="late")
    assert read(tmp_path / "result.json")["error"] == "mine"

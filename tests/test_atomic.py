"""Files and folders that appear whole or not at all."""

import os
import time
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from rnnlab.atomic import PARTIAL, STALE, save_figure, whole_file, whole_folder
from rnnlab.errors import SettingError


def has_a(folder: Path) -> bool:
    return (folder / "a").is_file()


def make(target: Path) -> None:
    with whole_folder(target, has_a) as stage:
        (stage / "a").write_text("new")


def break_file(path: Path) -> None:
    with whole_file(path) as part:
        part.write_text("ne")
        raise KeyboardInterrupt


def break_folder(target: Path) -> None:
    with whole_folder(target, has_a) as stage:
        (stage / "a").write_text("new")
        raise ZeroDivisionError


def test_a_file_takes_its_place_when_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    with whole_file(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_finished_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        break_file(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_takes_its_place_when_it_is_written(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "deep" / "entry", has_a) as stage:
        (stage / "a").write_text("new")
        assert not (tmp_path / "deep" / "entry").exists()
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["entry"]
    assert (tmp_path / "deep" / "entry" / "a").read_text() == "new"


@pytest.mark.parametrize(("file", "content"), [("a", "first"), ("b", None)])
def test_of_two_whole_folders_the_first_stays_and_a_damaged_one_goes(
    tmp_path: Path, file: str, content: str | None
) -> None:
    target = tmp_path / "entry"
    target.mkdir()
    (target / file).write_text("first")
    make(target)
    assert (target / "a").read_text() == (content or "new")
    assert [path.name for path in target.iterdir()] == ["a"]


def test_a_folder_whose_writer_fails_vanishes(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        break_folder(tmp_path / "entry")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_after_a_day(tmp_path: Path) -> None:
    old, young = tmp_path / f"{PARTIAL}old", tmp_path / f"{PARTIAL}young"
    for leftover in (old, young):
        leftover.mkdir()
    os.utime(old, (0, old.stat().st_mtime - STALE - 60))
    make(tmp_path / "entry")
    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, "entry"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingError, match=r"paths\.cache_dir=.*file/sub: cannot be made: Not a directory"):
        make(tmp_path / "file" / "sub" / "entry")


def test_two_that_write_one_file_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    with whole_file(path) as first:
        first.write_text("first, and long")
        with whole_file(path) as second:
            second.write_text("second")
        assert path.read_text() == "second"
    assert path.read_text() == "first, and long"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_writer_left_goes_after_a_day(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    old, new = tmp_path / "page.html.1-ab.part", tmp_path / "page.html.2-cd.part"
    for part in (old, new):
        part.write_text("ha")
    then = time.time() - STALE - 10
    os.utime(old, (then, then))
    with whole_file(path) as part:
        part.write_text("whole")
    assert sorted(tmp_path.iterdir()) == [path, new]


def test_a_figure_has_the_format_of_its_name(tmp_path: Path) -> None:
    figure = Figure()
    for name, head in (("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF")):
        save_figure(figure, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(head)

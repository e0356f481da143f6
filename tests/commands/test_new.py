"""`rnnlab new`: the project that it makes, and names that it refuses."""

import os
import stat

import pytest

from rnnlab.cli import main
from rnnlab.commands.project.create import TEMPLATE


def test_a_project_has_every_file_under_its_own_name(tmp_path, capsys):
    assert main(["new", str(tmp_path / "cafe-orders")]) == 0
    made = tmp_path / "cafe-orders"
    files = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    expected = {
        path.relative_to(TEMPLATE).as_posix().replace("my_project", "cafe_orders")
        for path in TEMPLATE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files == expected - {"gitignore"} | {".gitignore"}
    assert not [path for path in files if "my_project" in (made / path).read_text(encoding="utf-8")]
    assert "cafe_orders.cell.MinimalGatedUnit" in (made / "conf/model/mgu.yaml").read_text()
    output = capsys.readouterr().out
    assert f"cd {made}" in output
    assert "rnnlab train --config-dir conf task=counts" in output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cafe-orders"]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("My_Project", "small letters and digits"),
        ("2cells", "small letters and digits"),
        ("a b", "small letters and digits"),
        ("a__b", "small letters and digits"),
        ("x" * 51, "at most 50"),
        ("class", "is a word of Python"),
        ("json", "is a word of Python"),
        ("torch", "Python has a package torch already"),
        ("rnnlab", "Python has a package rnnlab already"),
        ("nowhere/cells", "there is no folder"),
    ],
)
def test_a_wrong_name_is_refused_in_one_line(tmp_path, monkeypatch, capsys, name, rule):
    monkeypatch.chdir(tmp_path)
    assert main(["new", name]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: NAME=")
    assert rule in error
    assert len(error.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_left_alone(tmp_path, capsys):
    (tmp_path / "cells").mkdir()
    assert main(["new", str(tmp_path / "cells")]) == 2
    assert "is there already: choose another name" in capsys.readouterr().err
    assert list((tmp_path / "cells").iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path, capsys):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert main(["new", str(tmp_path / "cells")]) == 2
    assert "cannot be written: Permission denied" in capsys.readouterr().err

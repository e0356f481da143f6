"""Frozen code and config: complete, and not reached by later edits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.freeze import digest_of, freeze

ROOT = Path(__file__).parents[2]


def test_the_copy_runs_by_itself_and_later_edits_do_not_reach_it(tmp_path: Path) -> None:
    place = tmp_path / "place"
    shutil.copytree(ROOT / "conf", place / "conf")
    shutil.copy(ROOT / "train.py", place / "train.py")
    folder = SweepFolder(tmp_path / "sweep")
    digest = freeze(folder, place / "conf")
    (place / "conf" / "train.yaml").write_text("nonsense: true\n")
    command = [sys.executable, str(folder.code / "train.py"), "task=tweets", "model=gru", "--cfg", "job"]
    environment = {**os.environ, "PYTHONPATH": str(folder.code / "src")}
    told = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, cwd=tmp_path
    ).stdout
    assert "cell: gru" in told
    where = [
        sys.executable,
        "-c",
        "import rnnlab, hydra_plugins.rnnlab_sweeper as s; print(rnnlab.__file__, s.__file__)",
    ]
    places = subprocess.run(where, env=environment, capture_output=True, text=True, check=True).stdout.split()
    assert all(path.startswith(str(folder.code)) for path in places)
    assert digest_of(folder.code) == digest
    (folder.code / "conf" / "train.yaml").write_text("x: 1\n")
    assert digest_of(folder.code) != digest


def test_the_folder_of_config_dir_is_copied_too(tmp_path: Path) -> None:
    place = tmp_path / "mine"
    (place / "task").mkdir(parents=True)
    (place / "task" / "own.yaml").write_text("x: 1\n")
    plain, added = SweepFolder(tmp_path / "plain"), SweepFolder(tmp_path / "added")
    before, after = freeze(plain, ROOT / "conf"), freeze(added, ROOT / "conf", place)
    assert (plain.config_dir, added.config_dir) == (None, added.code / "config_dir")
    assert (added.config_dir / "task" / "own.yaml").read_text() == "x: 1\n"
    assert before != after

"""A sweep whose every process is killed again and again: each job ends once, and the best is the same."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from rnnlab.sweep.beat import living
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.row import ENDED

ROOT = Path(__file__).parents[1]
REAL = bool(os.environ.get("RNNLAB_DATA_DIR"))
SMALL = ["text=plain", "threads=1", "model.embedding_size=8", "data.batch_size=256", "trainer.max_epochs=2"]
SMALL += [
    "baselines=false",
    "report=false",
    "figures=false",
    "trainer.enable_progress_bar=false",
    "trainer.limit_train_batches=30",
    "trainer.limit_val_batches=4",
]
DATA = ["task=tweets"] if REAL else ["task=imdb", "data=synthetic", "data.train_rows=4000"]
GRID = ["model=rnn,lstm,gru", "model.hidden_size=8,16", "seed=1,2"]
JOBS = 12
KILLS = 5


def start(place: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(ROOT / "train.py"), "-m", *arguments, "launcher.workers=2"]
    with (place / "printed.txt").open("ab") as printed:
        return subprocess.Popen(command, cwd=place, stdout=printed, stderr=subprocess.STDOUT)


def printed(place: Path) -> str:
    return (place / "printed.txt").read_text()[-4000:]


def folder_of(place: Path) -> SweepFolder:
    for _ in range(600):
        found = list((place / "outputs" / "sweeps").glob("*/sweep.yaml"))
        if found:
            return SweepFolder(found[0].parent)
        time.sleep(0.1)
    pytest.fail(printed(place))


def ended(folder: SweepFolder) -> int:
    return sum(row.state in ENDED for row in Ledger(folder).sync().rows)


def kill_all(parent: subprocess.Popen[bytes], folder: SweepFolder) -> None:
    """SIGKILL to the terminal's process, to its children (a new worker has no beat) and to every worker."""
    parent.send_signal(signal.SIGSTOP)  # so that it starts no more
    started = [process.pid for process in psutil.Process(parent.pid).children(recursive=True)]
    parent.kill()
    for pid in {*started, *(beat["pid"] for beat in living(folder, 60.0))}:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    parent.wait()


@pytest.mark.long
def test_a_sweep_that_is_killed_five_times_ends_as_one_that_is_not(tmp_path: Path) -> None:
    draw = random.Random(0)
    choices = [*DATA, *SMALL, *GRID]
    process = start(tmp_path, *choices)
    folder = folder_of(tmp_path)
    for number in range(KILLS):
        wanted = (number + 1) * JOBS // (KILLS + 2)
        deadline = time.monotonic() + 300
        while ended(folder) < wanted and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert process.poll() is None, printed(tmp_path)
        time.sleep(6 * draw.random())  # somewhere in a training's start, its steps or its end
        kill_all(process, folder)
        process = start(tmp_path, f"sweep.resume={folder.path}")
    assert process.wait(600) == 0, printed(tmp_path)

    rows = Ledger(folder).sync().rows
    assert [row.number for row in rows] == list(range(JOBS))
    assert {row.state for row in rows} == {"finished"}
    assert len({row.key for row in rows}) == JOBS
    events = [json.loads(line) for line in folder.ledger.read_text().splitlines()]
    finished = [event["job"] for event in events if event["op"] == "end" and event["state"] == "finished"]
    assert sorted(finished) == list(range(JOBS))
    assert sum(event["op"] == "release" for event in events) > 0

    whole = tmp_path / "whole"
    whole.mkdir()
    assert start(whole, *choices).wait(600) == 0, printed(whole)
    others = Ledger(folder_of(whole)).sync().rows
    assert [row.objective for row in rows] == [row.objective for row in others]
    assert [row.key for row in rows] == [row.key for row in others]

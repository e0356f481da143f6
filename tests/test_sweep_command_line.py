"""A sweep as it is typed: stopped, looked at, gone on with, refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.ledger import Ledger

ROOT = Path(__file__).parents[1]
SMALL = ["task=imdb", "data=synthetic", "data.train_rows=1500", "threads=1", "model.hidden_size=8"]
SMALL += ["trainer.enable_progress_bar=false", "trainer.log_every_n_steps=1", "baselines=false"]


def command(place: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "train.py"), *arguments],
        cwd=place,
        env={**os.environ, "RNNLAB_CACHE_DIR": str(place / "cache")},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=heed_ctrl_c,
    )


def heed_ctrl_c() -> None:
    """What runs in the background of a shell's script ignores Ctrl-C, and hands that on."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def finish(place: Path, *arguments: str, code: int = 0) -> str:
    process = command(place, *arguments)
    printed, _ = process.communicate(timeout=400)
    assert process.returncode == code, printed
    return printed


def wait_for(found: Any, process: subprocess.Popen[str]) -> Any:
    for _ in range(3000):
        value = found()
        if value:
            return value
        if process.poll() is not None:
            pytest.fail(f"ended too early: {process.communicate()[0]}")
        time.sleep(0.1)
    pytest.fail("nothing came")


@pytest.mark.long
def test_two_trials_are_chosen_trained_and_summed_up(tmp_path: Path) -> None:
    typed = [*SMALL, "data.train_rows=200", "trainer.max_epochs=1", "report=false", "model=gru"]
    typed += ["sweep=tpe", "sweep.trials=2", "sweep.name=two", "optimizer.lr=tag(log,interval(1e-3,1e-1))"]
    printed = finish(tmp_path, "-m", *typed)
    assert "optimizer.lr" in printed
    ledger = Ledger(SweepFolder(tmp_path / "outputs" / "sweeps" / "two")).sync()
    assert [row.state for row in ledger.rows] == ["finished", "finished"]


def steps(folder: Path) -> list[int]:
    lines = (folder / "metrics.csv").read_text().splitlines()
    place = lines[0].split(",").index("step")
    return [int(line.split(",")[place]) for line in lines[1:]]


@pytest.mark.long
def test_ctrl_c_saves_and_the_sweep_goes_on_where_it_stood(tmp_path: Path) -> None:
    process = command(tmp_path, "-m", *SMALL, "model=lstm,gru", "trainer.max_epochs=40", "sweep.name=mine")
    folder = SweepFolder(tmp_path / "outputs" / "sweeps" / "mine")
    table = folder.job(0) / "metrics.csv"
    wait_for(lambda: table.is_file() and max(steps(folder.job(0)), default=0) > 20, process)

    refused = finish(tmp_path, "-m", f"sweep.resume={folder.path}", code=2)
    assert "this sweep is being led by process" in refused
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 130, printed
    assert f"go on with: python train.py -m sweep.resume={folder.path}" in printed
    row = Ledger(folder).sync().rows[0]
    result = json.loads((folder.job(0) / "result.json").read_text())
    assert (row.state, result["status"]) == ("preempted", "preempted")

    told = finish(tmp_path, "-m", f"sweep.resume={folder.path}", "model.dropout=0.1", code=2)
    assert "model.dropout=0.1: sweep.resume goes on with the choices of its sweep" in told
    assert "there is such a sweep" in finish(
        tmp_path, "-m", *SMALL, "model=lstm,gru", "sweep.name=mine", code=2
    )
    printed = finish(tmp_path, "-m", f"sweep.resume={folder.path}")
    rows = Ledger(folder).sync().rows
    assert [(row.state, row.attempts) for row in rows] == [("finished", 2), ("finished", 1)], printed
    assert steps(folder.job(0)) == sorted(set(steps(folder.job(0))))
    assert json.loads((folder.job(0) / "result.json").read_text())["starts"] == 2
    assert "2 finished" in printed


@pytest.mark.long
def test_a_failed_job_does_not_end_a_sweep_and_is_tried_again_when_it_is_asked_for(tmp_path: Path) -> None:
    wrong = "model.encoder.input_size=128,64"  # 64 does not fit the embedding
    choices = [*SMALL, "model=lstm", wrong, "trainer.max_epochs=1", "sweep.name=mine", "launcher.workers=2"]
    printed = finish(tmp_path, "-m", *choices, code=1)
    folder = SweepFolder(tmp_path / "outputs" / "sweeps" / "mine")
    rows = Ledger(folder).sync().rows
    assert [row.state for row in rows] == ["finished", "failed"], printed
    assert rows[1].cause in ("setting", "error")
    assert rows[1].error
    assert rows[1].error in printed
    printed = finish(tmp_path, "-m", "sweep.resume=outputs/sweeps/mine", "sweep.retry_failed=true", code=1)
    rows = Ledger(folder).sync().rows
    assert [(row.state, row.attempts) for row in rows] == [("finished", 1), ("failed", 2)], printed
    assert (folder.path / "jobs.csv").is_file()

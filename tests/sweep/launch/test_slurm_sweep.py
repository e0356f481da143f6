"""Sweeps on a real Slurm: what takes a worker's job away leaves no trace in its training."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rnnlab.sweep.beat import read_beat
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.launch.slurm import job_name
from rnnlab.sweep.ledger.ledger import Ledger

ROOT = Path(__file__).parents[3]
START = "scripts/local_slurm.sh start"
JOBS = 8
SMALL = [
    "task=imdb",
    "data=synthetic",
    "data.train_rows=2000",
    "data.validation_rows=200",
    "data.test_rows=200",
]
SMALL += ["threads=1", "model=rnn", "model.hidden_size=16", "trainer.enable_progress_bar=false", "logger=csv"]
SMALL += ["baselines=false", "report=false", "figures=false"]
PATIENCE = 1500.0  # seconds; about 100 are needed where nothing else runs
PAUSE = """
import time
import pytorch_lightning as pl

class Pause(pl.Callback):
    def on_train_epoch_end(self, trainer, module):
        time.sleep(1)
"""


def told(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout


@pytest.fixture
def slurm() -> Iterator[None]:
    """The cluster of scripts/local_slurm.sh, for one test at a time."""
    if shutil.which("sbatch") is None:
        pytest.skip(f"no sbatch here: {START}")
    if not {"low*", "high"} <= set(told("sinfo", "--noheader", "--format=%P").split()):
        pytest.skip(f"no Slurm with the partitions low and high answers: {START}")
    with open(Path(tempfile.gettempdir()) / "rnnlab-test-slurm.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def started(slurm: None, tmp_path: Path) -> Iterator[Callable[..., SweepFolder]]:
    """A function from overrides to a sweep on two workers; whoever submitted it has left."""

    name = f"test-{secrets.token_hex(4)}"  # the queue may remember jobs of an earlier test

    def start(*overrides: str, jobs: int = JOBS) -> SweepFolder:
        choices = [*SMALL, f"seed=range({jobs})", f"sweep.name={name}", "sweep.heartbeat=1"]
        launcher = ["launcher=slurm", "launcher.workers=2", "launcher.partition=low", "launcher.detach=true"]
        command = [sys.executable, str(ROOT / "train.py"), "-m", *choices, *launcher, *overrides]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return SweepFolder(tmp_path / "outputs" / "sweeps" / name)

    yield start
    told("scancel", f"--name=rnnlab-{name}")


def wait_for(what: Callable[[], Any], folder: SweepFolder, seconds: float = PATIENCE) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := what()):
        logs = [path.read_text()[-2000:] for path in sorted(folder.workers.glob("*.log"))]
        assert time.monotonic() < deadline, "\n".join([told("squeue", "--states=all"), *logs])
        time.sleep(0.2)
    return found


def in_mid_training(folder: SweepFolder) -> tuple[int, str] | None:
    """A job that has been validated, and the Slurm job that it runs in."""
    for row in Ledger(folder).sync().rows:
        if row.state != "running" or len(places(folder, row.number)) < 3:
            continue
        beat = read_beat(folder.workers / f"{row.worker}.json")
        if beat is not None:
            return row.number, beat["slurm"]
    return None


def places(folder: SweepFolder, number: int) -> list[tuple[str, str]]:
    """(epoch, step) of every line of a job's metrics.csv."""
    path = folder.job(number) / "metrics.csv"
    if not path.is_file():
        return []
    with path.open(newline="") as file:
        return [(line["epoch"], line["step"]) for line in csv.DictReader(file)]


def events(folder: SweepFolder, state: str) -> list[int]:
    """The jobs that ended so, in order."""
    lines = [json.loads(line) for line in folder.ledger.read_text().splitlines()]
    return [line["job"] for line in lines if line["op"] == "end" and line["state"] == state]


def job_states(jobs: list[str]) -> dict[str, tuple[str, int]]:
    """JobState and Restarts of Slurm jobs."""
    shown = {job: told("scontrol", "show", "job", "--oneliner", job) for job in jobs}
    found = {job: re.search(r"JobState=(\w+).* Restarts=(\d+)", text) for job, text in shown.items()}
    return {job: (match[1], int(match[2])) for job, match in found.items() if match}


def slurm_jobs(folder: SweepFolder) -> list[str]:
    return told("squeue", "--noheader", "--states=all", f"--name={job_name(folder)}", "--format=%A").split()


def check_end(folder: SweepFolder, interrupted: int, jobs: int = JOBS) -> None:
    """All jobs finished once, the metrics of the interrupted have no gap and no repetition, Slurm is done."""
    wait_for(lambda: Ledger(folder).sync().is_over(jobs), folder)
    rows = Ledger(folder).rows or Ledger(folder).sync().rows
    assert {row.state for row in rows} == {"finished"}, [(row.number, row.state, row.error) for row in rows]
    assert sorted(events(folder, "finished")) == list(range(jobs))
    assert interrupted in events(folder, "preempted")
    assert rows[interrupted].attempts >= 2
    for number in range(jobs):
        assert places(folder, number) == places(folder, events(folder, "finished")[0])
        steps = [int(step) for _, step in places(folder, number)]
        assert steps == sorted(steps)
    assert len(set(places(folder, interrupted))) > 3
    ran = slurm_jobs(folder)
    wait_for(lambda: {state for state, _ in job_states(ran).values()} == {"COMPLETED"}, folder, 120)
    assert sum(restarts for _, restarts in job_states(ran).values()) >= 1


@pytest.mark.slow
@pytest.mark.slurm
def test_a_worker_whose_job_is_queued_again(started: Callable[..., SweepFolder]) -> None:
    folder = started("trainer.max_epochs=12")
    number, job = wait_for(lambda: in_mid_training(folder), folder)
    told("scontrol", "requeue", job)
    check_end(folder, number)


@pytest.mark.slow
@pytest.mark.slurm
def test_workers_whose_jobs_reach_their_time_limit(
    started: Callable[..., SweepFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pause.py").write_text(PAUSE)
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    )
    # Slurm looks every 30 seconds, and signals after 70 to 100 of the 120; two jobs sleep that long anywhere.
    slow = ["trainer.max_epochs=60", "+callback.pause._target_=pause.Pause"]
    folder = started(*slow, "launcher.time=0:02:00", "launcher.grace=20", jobs=4)
    number = wait_for(lambda: events(folder, "preempted"), folder)[0]
    check_end(folder, number, jobs=4)


@pytest.mark.slow
@pytest.mark.slurm
def test_workers_that_are_preempted_by_a_higher_partition(started: Callable[..., SweepFolder]) -> None:
    folder = started("trainer.max_epochs=12")
    job = wait_for(lambda: in_mid_training(folder), folder)[1]
    above = ["--partition=high", "--exclusive", "--output=/dev/null", "--time=5", "--wrap=sleep 5"]
    told("sbatch", *above)
    wait_for(lambda: events(folder, "preempted"), folder, 120)
    check_end(folder, events(folder, "preempted")[0])
    assert job_states([job])[job][1] >= 1

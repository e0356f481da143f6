"""Two processes that train together, as a sweep's child starts them: one folder, one result, equal sums."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from rnnlab.run.train import companions
from rnnlab.run.train.companions import dismiss
from rnnlab.training.callback.signals import Interrupted

ROOT = Path(__file__).parents[3]
DDP = ["trainer=ddp", "trainer.accelerator=cpu", "trainer.devices=2"]
QUIET = ["threads=1", "trainer.enable_progress_bar=false", "trainer.log_every_n_steps=1", "model=lstm"]
# 101 rows do not share out evenly; the weights stay what the seed made them
KINDS = {
    "classification": [
        *("task=imdb", "data=synthetic", "data.train_rows=128", "data.validation_rows=102"),
        *("data.test_rows=98", "data.batch_size=10", "model.hidden_size=8"),
    ],
    "language_modeling": ["task=shakespeare", "data=synthetic_brackets", "model.hidden_size=8"],
}
STILL = ["optimizer.lr=1e-12", "trainer.max_epochs=1", "trainer.limit_train_batches=2"]


def start(place: Path, *overrides: str) -> subprocess.Popen[str]:
    sweep = {"RNNLAB_SWEEP": str(place), "RNNLAB_SWEEP_JOB": "4", "RNNLAB_SWEEP_TRIAL": "2"}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "train.py"), *overrides],
        cwd=place,
        env={**os.environ, **sweep, "SLURM_JOB_ID": "17", "SLURM_NTASKS": "8", "SLURM_PROCID": "5"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], code: int = 0) -> str:
    output, _ = process.communicate(timeout=300)
    assert process.returncode == code, output
    return output


def result_of(folder: Path) -> dict:
    return json.loads((folder / "result.json").read_text())


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "metrics.csv").open() as lines:
        return list(csv.DictReader(lines))


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_two_processes_measure_what_one_does(tmp_path, kind):
    choices = [*KINDS[kind], *QUIET, *STILL]
    finish(start(tmp_path, *choices, "hydra.run.dir=one"))
    output = finish(start(tmp_path, *choices, *DDP, "hydra.run.dir=two"))
    assert output.count("parameters, on cpu") == 1  # what one process says is enough
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "data",
        "one",
        "two",
    ]  # with the sweep's note
    one, two = (result_of(tmp_path / name) for name in ("one", "two"))
    assert two["sweep"] == {"name": tmp_path.name, "number": 4, "trial": 2}
    measured = [name for name in one["metrics"] if name.startswith(("val/", "test/"))]
    assert len(measured) > 3
    assert {n: two["metrics"][n] for n in measured} == pytest.approx(
        {n: one["metrics"][n] for n in measured}, rel=1e-4
    )
    validations = [next(row for row in rows(tmp_path / n) if row.get("val/loss")) for n in ("one", "two")]
    numbers = [{k: float(v) for k, v in row.items() if k.startswith("val/")} for row in validations]
    assert numbers[1] == pytest.approx(numbers[0], rel=1e-4)


@pytest.mark.long
def test_a_signal_to_the_first_process_stops_both_and_both_go_on(tmp_path):
    choices = [*KINDS["classification"], *QUIET, *DDP, "data.train_rows=3000", "trainer.max_epochs=2"]
    process = start(tmp_path, *choices, "hydra.run.dir=run")
    folder = tmp_path / "run"
    while process.poll() is None and not (folder / "metrics.csv").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGUSR1)
    finish(process, 143)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # nobody is left
    assert result_of(folder)["status"] == "preempted"
    step = torch.load(folder / "checkpoints" / "last.ckpt", weights_only=True)["global_step"]
    output = finish(start(tmp_path, "resume=run"))
    assert output.count(f"going on after step {step}") == 1
    assert (result_of(folder)["status"], result_of(folder)["starts"]) == ("finished", 2)
    steps = [int(row["step"]) for row in rows(folder)]
    assert steps == sorted(set(steps))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "run"]


@contextmanager
def child(code):
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def trainer(process):
    return SimpleNamespace(strategy=SimpleNamespace(launcher=SimpleNamespace(procs=[process])))


def test_one_that_waits_for_ever_is_ended_and_nobody_watches_it_by_then():
    with child("import time; time.sleep(60)") as process:
        alone = trainer(process)
        with pytest.raises(KeyError), companions.companions(alone):
            raise KeyError
        assert process.returncode == -signal.SIGKILL
        assert alone.strategy.launcher.procs == []


def test_one_that_saves_as_well_is_waited_for():
    with child("import time; time.sleep(0.5)") as process:
        with pytest.raises(Interrupted), companions.companions(trainer(process)):
            raise Interrupted(143, saved=True)
        assert process.returncode == 0


def test_a_run_on_one_device_has_none():
    with (
        pytest.raises(KeyError),
        companions.companions(SimpleNamespace(strategy=SimpleNamespace(launcher=None))),
    ):
        raise KeyError
    dismiss([], 0.0)

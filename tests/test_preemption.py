"""Runs that a cluster interrupts, in processes of their own: they end as if nothing had happened, to the last
bit of every tensor.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forked
import pytest
import torch

ROOT = Path(__file__).parents[1]
SMALL = ["model.hidden_size=12", "model.embedding_size=12", "threads=1", "trainer.max_epochs=2"]
LITTLE = [f"trainer.limit_{split}_batches={n}" for split, n in (("train", 20), ("val", 2), ("test", 2))]
QUIET = [
    "trainer.enable_progress_bar=false",
    "trainer.log_every_n_steps=1",
    "+callback.signal._target_=sent.Sent",
]
REAL = bool(os.environ.get("RNNLAB_DATA_DIR"))

# A callback that sends this process a signal behind a step: SENT=step:number. A resumed run gets none.
SENT = """
import os
import pytorch_lightning as pl

class Sent(pl.Callback):
    def on_train_batch_end(self, trainer, *rest):
        step, number = (int(part) for part in os.environ.get("SENT", "-1:0").split(":"))
        if trainer.global_step == step:
            os.kill(os.getpid(), number)
"""

IMDB = ["task=imdb", "data=synthetic", "data.train_rows=640", "data.validation_rows=60", "data.test_rows=60"]
TWEETS = ["task=tweets", "text=plain"] if REAL else IMDB
TEXT = ["data=tiny_shakespeare", "data.window_jitter=3"] if REAL else ["data=synthetic_brackets"]
SHAKESPEARE = ["task=shakespeare", *TEXT]
FORECAST = ["task=forecast", "data=series", "data.path=sent.csv", "data.input_length=24", "data.horizon=6"]
RUNS: dict[str, tuple[list[str], int]] = {
    "imdb": (
        [
            *IMDB,
            *("model=bilstm", "model.dropout=0.3", "model.word_dropout=0.2", "model.type_dropout=0.1"),
            *("objective=virtual_adversarial", "objective.unlabelled_share=0", "callback=ema"),
        ],
        12,
    ),
    "tweets": (
        [
            *TWEETS,
            *("model=gru_attention", "model.members=2", "model.embedding_dropout=0.3"),
            *("augment=char_noise", "augment.swap=0.2", "callback=ema", "optimizer=muon"),
            *("task.sampling=balanced", "data.num_workers=1"),
        ],
        10,
    ),
    "shakespeare": (
        [
            *SHAKESPEARE,
            *("model=awd_lstm", "task.state_reset=0.1", "optimizer=muon"),
            *("callback=ema", "task.samples.length=5"),
        ],
        10,
    ),
    "forecast": (
        [
            *FORECAST,
            *("model=deepar", "model.dropout=0.2", "head=student_t", "model.series_embedding_size=2"),
            *("data.series=name", "data.windows_per_epoch=320", "data.batch_size=16", "callback=ema"),
        ],
        20,
    ),
}


def point(row: int) -> str:
    name, time = divmod(row, 300)
    return f"{time},{name},{time % 12 + time % 5 / 10}\n"


def train(place: Path, *overrides: str, sent: str = "-1:0") -> int:
    (place / "sent.py").write_text(SENT)
    (place / "sent.csv").write_text("time,name,value\n" + "".join(map(point, range(600))))
    paths = os.pathsep.join([str(place), *filter(None, [os.environ.get("PYTHONPATH")])])
    more = {"PYTHONPATH": paths, "SENT": sent}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLURM_")} | more
    command = [sys.executable, str(ROOT / "train.py"), *overrides]
    done = forked.run(
        command, cwd=place, env=environment, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode in (0, 143), done.stdout + done.stderr
    return done.returncode


def flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every number and tensor of a checkpoint by its path, but for times."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in ("Throughput", "train/tokens_per_second"):
                yield from flat(part, f"{name}.{key}")
    elif isinstance(value, list | tuple):
        for key, part in enumerate(value):
            yield from flat(part, f"{name}.{key}")
    else:
        yield name, value


def content(folder: Path) -> dict[str, Any]:
    """Both checkpoints and metrics.csv, by path."""
    found: dict[str, Any] = {}
    for name in ("last", "best"):
        saved = torch.load(folder / "checkpoints" / f"{name}.ckpt", weights_only=True)
        found |= flat(saved, name)
    with (folder / "metrics.csv").open() as lines:
        found |= flat(
            [{k: v for k, v in row.items() if "second" not in k} for row in csv.DictReader(lines)], "row"
        )
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "task",
    ["imdb", *(pytest.param(task, marks=pytest.mark.long) for task in ("tweets", "shakespeare", "forecast"))],
)
def test_a_preempted_run_ends_bit_for_bit_like_an_unbroken_one(tmp_path: Path, task: str) -> None:
    choices, steps = RUNS[task]
    choices = [*choices, *SMALL, *LITTLE, *QUIET]
    assert train(tmp_path, *choices, "hydra.run.dir=whole") == 0
    sent = f"{random.randrange(1, 2 * steps)}:{random.choice([10, 12, 15])}"  # USR1, USR2, SIGTERM
    assert train(tmp_path, *choices, "hydra.run.dir=part", sent=sent) == 143
    assert json.loads((tmp_path / "part" / "result.json").read_text())["status"] == "preempted"
    assert train(tmp_path, "resume=part") == 0
    mine, theirs = content(tmp_path / "part"), content(tmp_path / "whole")
    assert mine.keys() == theirs.keys()
    differing = [name for name in mine if not same(mine[name], theirs[name])]
    assert differing == [], f"signal {sent}"
    assert any(name.startswith("last.raw_weights.") for name in mine)  # those beside their average


def same(mine: Any, theirs: Any) -> bool:
    return torch.equal(mine, theirs) if isinstance(mine, torch.Tensor) else mine == theirs


SCONTROL = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
[ "$1" = show ] && echo "JobId=17 JobState=RUNNING Reason=None Restarts=0"
exit 0
"""


@pytest.mark.long
def test_a_slurm_job_goes_back_into_the_queue_and_finds_its_folder_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scontrol").write_text(SCONTROL)
    (tmp_path / "scontrol").chmod(0o755)
    job = {"SLURM_JOB_ID": "17", "SLURM_PROCID": "0", "SLURM_NTASKS": "1"}
    choices = [*IMDB, *SMALL, *LITTLE, *QUIET, "model=gru"]

    def start(restarts: int, sent: str) -> subprocess.CompletedProcess[str]:
        places = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        count = {"SLURM_RESTART_COUNT": str(restarts)} if restarts else {}
        environment = {**os.environ, **job, **count, **places, "PYTHONPATH": str(tmp_path), "SENT": sent}
        command = [sys.executable, str(ROOT / "train.py"), *choices]
        return forked.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=500, check=False
        )

    (tmp_path / "sent.py").write_text(SENT)
    first = start(0, "13:12")
    assert first.returncode == 143, first.stderr
    assert (tmp_path / "calls").read_text().splitlines() == ["show job --oneliner 17", "requeue 17"]
    second = start(1, "-1:0")
    assert second.returncode == 0, second.stderr
    assert "going on after step 13" in second.stdout
    third = start(2, "-1:0")
    assert third.returncode == 0
    assert "finished before its job was queued again" in third.stdout
    (folder,) = (tmp_path / "outputs" / "imdb" / "gru").iterdir()
    result = json.loads((folder / "result.json").read_text())
    assert (folder.name[:9], result["status"], result["starts"]) == ("slurm_17_", "finished", 2)

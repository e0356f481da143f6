"""Jobs that stop, hang and are killed, in one sweep: it ends by itself, and all others finish."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.ledger import Ledger

ROOT = Path(__file__).parents[1]
SMALL = ["task=imdb", "data=synthetic", "data.train_rows=300", "data.validation_rows=30", "data.test_rows=30"]
SMALL += ["model=gru", "model.hidden_size=6", "model.embedding_size=6", "trainer.max_epochs=3", "threads=1"]
SMALL += ["data.batch_size=16", "trainer.enable_progress_bar=false", "report=false", "baselines=false"]

# What becomes of a job by its number, in its sixth step; once, so that one that was killed is trained again.
FATE = """
import os, pathlib, signal, time
import pytorch_lightning as pl

class Fate(pl.Callback):
    def on_train_batch_start(self, trainer, *rest):
        job, met = os.environ["RNNLAB_SWEEP_JOB"], pathlib.Path(__file__).with_name("met")
        if trainer.global_step != 5 or (met / job).exists():
            return
        if job in "123":
            met.mkdir(exist_ok=True)
            (met / job).touch()
        if job == "1":
            os.kill(os.getpid(), signal.SIGSTOP)
        if job == "2":
            while True:
                time.sleep(0.01)
        if job == "3":
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.long
def test_a_stopped_a_hanging_and_a_killed_job_do_not_hold_up_their_sweep(tmp_path: Path) -> None:
    (tmp_path / "fate.py").write_text(FATE)
    limits = ["sweep.stall_limit=6", "sweep.kill_after=3", "sweep.heartbeat=1", "sweep.heartbeat_timeout=20"]
    choices = [*SMALL, "seed=range(5)", "+callback.fate._target_=fate.Fate", "sweep.name=mine", *limits]
    paths = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, str(ROOT / "train.py"), "-m", *choices, "launcher.workers=2"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=500,
    )
    said = done.stdout + done.stderr
    rows = Ledger(SweepFolder(tmp_path / "outputs" / "sweeps" / "mine")).sync().rows
    assert done.returncode == 1, said
    assert [row.state for row in rows] == ["finished", "failed", "failed", "finished", "finished"], said
    assert [row.cause for row in rows[1:3]] == ["stalled", "stalled"]
    for row, how in zip(rows[1:3], ("told to stop and saved", "killed"), strict=True):
        assert str(row.error).startswith("made no progress for ")
        assert str(row.error).endswith(f"it was {how}")
    assert rows[3].attempts == 2
    assert "made no progress for" in said

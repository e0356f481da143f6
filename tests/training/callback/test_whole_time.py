"""An end of training by the time since its process started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch

from rnnlab.training.callback import whole_time
from rnnlab.training.callback.progress_bar import why_stopped
from rnnlab.training.callback.whole_time import WholeTime, age
from rnnlab.training.scheduler.progress import progress

AGES = "import time; time.sleep(0.5); from rnnlab.training.callback.whole_time import age; print(age())"


def fit(tiny: Any, folder: Path, *callbacks: pl.Callback) -> pl.Trainer:
    torch.manual_seed(1)
    trainer: pl.Trainer = tiny.trainer(folder, *callbacks)
    trainer.fit(tiny.task("classification"), datamodule=tiny.data("classification"))
    return trainer


def test_preparation_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_time, "age", lambda: 40.0)
    assert WholeTime(100, reserve=15).time_remaining() == 45
    assert WholeTime(100).time_remaining() == 60


def test_a_long_preparation_leaves_some_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_time, "age", lambda: 400.0)
    assert WholeTime(100).time_remaining() == whole_time.LEAST


def test_the_age_is_that_of_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", AGES], capture_output=True, text=True, check=True)
    assert 0.5 < float(done.stdout) < age() + 60


def test_training_ends_and_the_rate_has_decayed(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_time, "age", lambda: 40.0)
    monkeypatch.setattr(whole_time, "LEAST", 0.01)
    trainer = fit(tiny, tmp_path, WholeTime(40.01))
    assert 0 < trainer.global_step < 24
    assert progress(trainer) == 1.0
    assert why_stopped(trainer) == "the time of callback.whole_time is over"


@pytest.mark.parametrize(("seconds", "reserve"), [(0, 0), (-1, 0), (10, -1)])
def test_times_that_are_refused(seconds: float, reserve: float) -> None:
    with pytest.raises(ValueError, match=r"seconds|reserve"):
        WholeTime(seconds, reserve)

"""A run that is killed or interrupted goes on as if nothing had happened: same rows, same weights, to the
last digit.
"""

from __future__ import annotations

import csv
import os
import signal
from pathlib import Path
from typing import Any

import pytest
import torch

from rnnlab.training.callback.ema import WeightAverage
from rnnlab.training.callback.signals import Interrupted
from rnnlab.training.scheduler.plateau import Plateau

TIMED = "train/tokens_per_second"


def history(folder: Path) -> list[dict[str, str]]:
    with (folder / "metrics.csv").open(newline="") as file:
        return [{k: v for k, v in row.items() if k != TIMED} for row in csv.DictReader(file)]


def fit(tiny: Any, folder: Path, kind: str, *callbacks: Any, scheduler: Any = None, **settings: Any) -> Any:
    last = folder / "checkpoints" / "last.ckpt"
    trainer = tiny.trainer(folder, WeightAverage(0.8), *callbacks, **settings)
    if last.is_file():
        step = torch.load(last, weights_only=True)["global_step"]
        trainer.loggers[0].truncate_after(step)
    task = tiny.task(kind, scheduler)
    trainer.fit(task, datamodule=tiny.data(kind), ckpt_path=str(last) if last.is_file() else None)
    return trainer


def killed(tiny: Any, folder: Path, kind: str, step: int, hook: str, **settings: Any) -> None:
    """Train in a child process that kills itself, as SIGKILL does, at a step of a hook."""
    child = os.fork()
    if child == 0:
        try:
            stop = tiny.At(step, lambda: os.kill(os.getpid(), signal.SIGKILL), hook)
            fit(tiny, folder, kind, stop, **settings)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def same_end(tiny: Any, folder: Path, kind: str, whole: Path, **settings: Any) -> None:
    fit(tiny, folder, kind, **settings)
    assert history(folder) == history(whole)
    for name in ("last", "best"):
        mine, theirs = (
            torch.load(f / "checkpoints" / f"{name}.ckpt", weights_only=True)["state_dict"]
            for f in (folder, whole)
        )
        torch.testing.assert_close(mine, theirs, rtol=0, atol=0)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of whole runs, filled by the first test that needs one."""
    return {kind: tmp_path_factory.mktemp(kind) for kind in ("classification", "language_modeling")}


def whole_run(tiny: Any, folder: Path, kind: str) -> Path:
    if not (folder / "metrics.csv").exists():
        fit(tiny, folder, kind)
    return folder


@pytest.mark.parametrize(
    ("kind", "step", "hook"),
    [
        ("classification", 4, "on_train_batch_end"),
        ("classification", 12, "on_train_batch_end"),
        ("classification", 16, "on_validation_end"),
        ("classification", 16, "on_train_epoch_end"),
        ("language_modeling", 12, "on_train_batch_end"),
    ],
)
def test_a_run_killed_anywhere_resumes_to_the_end_of_an_unbroken_one(
    tiny: Any, tmp_path: Path, unbroken: dict[str, Path], kind: str, step: int, hook: str
) -> None:
    killed(tiny, tmp_path, kind, step, hook)
    same_end(tiny, tmp_path, kind, whole_run(tiny, unbroken[kind], kind))


@pytest.mark.parametrize("kind", ["classification", "language_modeling"])
@pytest.mark.parametrize("step", [3, 11, 16])
def test_a_run_stopped_by_ctrl_c_resumes_to_the_end_of_an_unbroken_one(
    tiny: Any, tmp_path: Path, unbroken: dict[str, Path], kind: str, step: int
) -> None:
    press = tiny.At(step, lambda: signal.raise_signal(signal.SIGINT), "on_train_batch_end")
    with pytest.raises(Interrupted):
        fit(tiny, tmp_path, kind, press)
    assert torch.load(tmp_path / "checkpoints/last.ckpt", weights_only=True)["global_step"] == step
    same_end(tiny, tmp_path, kind, whole_run(tiny, unbroken[kind], kind))


VARIANTS: dict[str, dict[str, Any]] = {
    "max_steps": {"max_steps": 20, "max_epochs": -1},
    "plateau": {"scheduler": Plateau(patience=0)},
    "two validations an epoch": {"val_check_interval": 0.5},
    "a validation every second epoch": {"check_val_every_n_epoch": 2, "max_epochs": 4},
    "accumulated gradients": {"accumulate_grad_batches": 2, "max_epochs": 5},
    "part of the batches": {"limit_train_batches": 6},
}


@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS.keys())
def test_resuming_is_exact_with(tiny: Any, tmp_path: Path, settings: dict[str, Any]) -> None:
    fit(tiny, tmp_path / "whole", "classification", **settings)
    killed(tiny, tmp_path / "run", "classification", 10, "on_train_batch_end", **settings)
    press = tiny.At(14, lambda: signal.raise_signal(signal.SIGINT), "on_train_batch_start")
    with pytest.raises(Interrupted):
        fit(tiny, tmp_path / "run", "classification", press, **settings)
    same_end(tiny, tmp_path / "run", "classification", tmp_path / "whole", **settings)


def test_a_finished_run_goes_on_with_more_epochs(tiny: Any, tmp_path: Path) -> None:
    constant = {"scheduler": Plateau(patience=9)}
    fit(tiny, tmp_path / "whole", "language_modeling", **constant)
    fit(tiny, tmp_path / "run", "language_modeling", max_epochs=2, **constant)
    same_end(tiny, tmp_path / "run", "language_modeling", tmp_path / "whole", **constant)


def test_resuming_at_the_end_trains_no_more(tiny: Any, tmp_path: Path) -> None:
    fit(tiny, tmp_path, "classification")
    rows = (tmp_path / "metrics.csv").read_bytes()
    assert fit(tiny, tmp_path, "classification").global_step == 24
    assert (tmp_path / "metrics.csv").read_bytes() == rows


def test_a_run_in_another_folder_remembers_its_best_score(tiny: Any, tmp_path: Path) -> None:
    fit(tiny, tmp_path / "before", "classification", max_epochs=1)
    kept = tmp_path / "after" / "checkpoints"
    (tmp_path / "before").rename(tmp_path / "after")
    state = torch.load(kept / "last.ckpt", weights_only=True)
    best_score = torch.load(kept / "best.ckpt", weights_only=True)["val/loss"]
    assert state["callbacks"]["BestCheckpoint"]["best_model_score"] == best_score
    state["callbacks"]["BestCheckpoint"]["best_model_score"] = 0.0
    torch.save(state, kept / "last.ckpt")
    best = (kept / "best.ckpt").read_bytes()
    fit(tiny, tmp_path / "after", "classification")
    assert (kept / "best.ckpt").read_bytes() == best


def test_a_plateau_schedule_sees_an_epoch_that_was_taken_up_behind_its_last_validation(
    tiny: Any, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {"val_check_interval": 3, "max_epochs": 2}
    fit(tiny, tmp_path / "whole", "classification", scheduler=Plateau(patience=0), **settings)
    press = tiny.At(7, lambda: signal.raise_signal(signal.SIGUSR1), "on_train_batch_end")
    with pytest.raises(Interrupted):
        fit(tiny, tmp_path / "run", "classification", press, scheduler=Plateau(patience=0), **settings)
    same_end(
        tiny,
        tmp_path / "run",
        "classification",
        tmp_path / "whole",
        scheduler=Plateau(patience=0),
        **settings,
    )
    schedules = [
        torch.load(tmp_path / name / "checkpoints/last.ckpt", weights_only=True)["lr_schedulers"]
        for name in ("whole", "run")
    ]
    assert schedules[0] == schedules[1]
    assert schedules[0][0]["last_epoch"] == 2

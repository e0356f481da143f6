"""Pruning: what is reported, how a training ends by it, and what it survives."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import optuna
import pytest
import torch

from rnnlab.training.callback.interrupt import GracefulStop
from rnnlab.training.callback.pruning import Pruning
from rnnlab.training.callback.signals import Interrupted


def fit(tiny: Any, folder: Path, pruning: Pruning, *callbacks: Any, **settings: Any) -> Any:
    last = folder / "checkpoints" / "last.ckpt"
    trainer = tiny.trainer(folder, pruning, *callbacks, **settings)
    path = str(last) if last.is_file() else None
    trainer.fit(tiny.task(), datamodule=tiny.data("classification"), ckpt_path=path)
    return trainer


def record(seen: list[tuple[int, float]], last: int = 99) -> Pruning:
    def report(step: int, value: float) -> bool:
        seen.append((step, value))
        return step >= last

    return Pruning("val/loss", report)


def test_each_validation_is_reported_once_in_its_order(tiny: Any, tmp_path: Path) -> None:
    seen: list[tuple[int, float]] = []
    pruning = record(seen)
    trainer = fit(tiny, tmp_path, pruning, val_check_interval=0.5)
    assert [step for step, _ in seen] == [1, 2, 3, 4, 5, 6]
    assert seen[-1][1] == float(trainer.callback_metrics["val/loss"])
    assert not pruning.pruned


@pytest.mark.parametrize(("settings", "steps"), [({}, 16), ({"val_check_interval": 0.5}, 8)])
def test_the_training_ends_where_it_is_told_and_leaves_checkpoints(
    tiny: Any, tmp_path: Path, settings: dict[str, Any], steps: int
) -> None:
    pruning = record([], last=2)
    trainer = fit(tiny, tmp_path, pruning, **settings)
    assert pruning.pruned
    assert trainer.global_step == steps
    saved = torch.load(tmp_path / "checkpoints" / "last.ckpt", weights_only=True)
    assert saved["global_step"] == steps
    assert (tmp_path / "checkpoints" / "best.ckpt").is_file()


def test_a_resumed_run_goes_on_with_the_numbers(tiny: Any, tmp_path: Path) -> None:
    seen: list[tuple[int, float]] = []
    press = tiny.At(11, lambda: signal.raise_signal(signal.SIGUSR1))
    with pytest.raises(Interrupted):
        fit(tiny, tmp_path, record(seen), press)
    fit(tiny, tmp_path, record(seen))
    assert [step for step, _ in seen] == [1, 2, 3]


def test_one_that_was_pruned_before_it_could_say_so_trains_no_more(tiny: Any, tmp_path: Path) -> None:
    fit(tiny, tmp_path, record([], last=2))
    again = record([])
    trainer = fit(tiny, tmp_path, again)
    assert again.pruned
    assert trainer.global_step == 16


def test_a_signal_during_the_last_validation_does_not_hide_that_it_was_pruned(
    tiny: Any, tmp_path: Path
) -> None:
    pruning = record([], last=1)
    fit(
        tiny,
        tmp_path,
        pruning,
        tiny.At(8, lambda: signal.raise_signal(signal.SIGTERM), "on_validation_start"),
    )
    assert pruning.pruned


def test_a_pruner_out_of_reach_costs_no_training(tiny: Any, tmp_path: Path, caplog: Any) -> None:
    def fail(step: int, value: float) -> bool:
        raise OSError("no lock")

    trainer = fit(tiny, tmp_path, Pruning("val/loss", fail), max_epochs=1)
    assert trainer.global_step == 8
    assert "the pruner could not be asked: OSError: no lock" in caplog.text


def test_a_metric_that_is_not_logged_is_an_error(tiny: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"sweep\.metric=val/speed is not among what was logged: .*val/loss"):
        fit(tiny, tmp_path, Pruning("val/speed", lambda step, value: False))


def test_with_a_study_the_worse_of_two_is_pruned(tiny: Any, tmp_path: Path) -> None:
    pruner = optuna.pruners.MedianPruner(n_startup_trials=1)
    study = optuna.create_study(pruner=pruner)
    ended = []
    for best in (0.1, 9.0):
        trial = study.ask()

        def report(step: int, value: float, trial: Any = trial, best: float = best) -> bool:
            trial.report(best, step)
            return trial.should_prune()

        pruning = Pruning("val/loss", report)
        fit(tiny, tmp_path / str(best), pruning, max_epochs=2)
        ended.append(pruning.pruned)
        study.tell(trial, best)
    assert ended == [False, True]


def test_the_stop_runs_after_the_pruning(tiny: Any, tmp_path: Path) -> None:
    kinds = [type(callback) for callback in tiny.trainer(tmp_path, record([])).callbacks]
    assert kinds.index(Pruning) < kinds.index(GracefulStop)

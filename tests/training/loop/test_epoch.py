"""The lean loop does what Lightning's own does: equal weights, counts, rows and hooks, to the last digit."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from pytorch_lightning.loops.training_epoch_loop import _TrainingEpochLoop
from pytorch_lightning.profilers import SimpleProfiler

from rnnlab.training.callback.ema import WeightAverage
from rnnlab.training.loop.epoch import LeanEpochLoop
from rnnlab.training.loop.step import clip_long
from rnnlab.training.scheduler.plateau import Plateau

CLOCKS = {"train/tokens_per_second", "seconds", "epoch_seconds"}
HOOKS = [name for name in dir(pl.Callback) if name.startswith("on_") and "checkpoint" not in name]


class Listener(pl.Callback):
    """Notes every hook with the counts that stand there, and logs as users' callbacks do."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        for name in HOOKS:
            if name != "on_train_batch_end":
                setattr(self, name, self.hears(name))

    def hears(self, name: str) -> Callable[..., None]:
        def hear(trainer: pl.Trainer, task: Any = None, *arguments: Any) -> None:
            self.heard.append((name, trainer.global_step, trainer.fit_loop.batch_idx, len(arguments)))

        return hear

    def on_train_batch_end(
        self, trainer: pl.Trainer, task: Any, outputs: Any, batch: Any, index: int
    ) -> None:
        self.heard.append(("batch", trainer.global_step, index, float(outputs["loss"])))
        task.log("first_word", batch.tokens[:, 0].float().mean(), on_step=True, on_epoch=True)


def trained(tiny: Any, folder: Path, kind: str, lean: bool, **settings: Any) -> tuple[Any, dict, list, list]:
    """The trainer, the last checkpoint without clocks, the rows of metrics.csv and what a callback heard."""
    listener = Listener()
    scheduler = settings.pop("scheduler", None)
    trainer = tiny.trainer(folder, WeightAverage(0.8), listener, **{"max_epochs": 2, **settings})
    task = tiny.task(kind, scheduler)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LeanEpochLoop, "lean", lean)
        trainer.fit(task, datamodule=tiny.data(kind))
    last = torch.load(folder / "checkpoints" / "last.ckpt", weights_only=True)
    with (folder / "metrics.csv").open(newline="") as file:
        rows = [{k: v for k, v in row.items() if k not in CLOCKS} for row in csv.DictReader(file)]
    return trainer, comparable(last), rows, listener.heard


def comparable(state: Any) -> Any:
    """Tensors as lists, so that == compares every digit, and no clocks."""
    if isinstance(state, dict):
        return {key: comparable(value) for key, value in state.items() if key not in CLOCKS}
    if isinstance(state, list | tuple):
        return [comparable(value) for value in state]
    return state.tolist() if isinstance(state, torch.Tensor) else state


SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "accumulated": {"accumulate_grad_batches": 3},
    "by value": {"gradient_clip_val": 0.01, "gradient_clip_algorithm": "value"},
    "unclipped": {"gradient_clip_val": None},
    "validated within": {"val_check_interval": 3},
    "validated by steps": {"val_check_interval": 5, "check_val_every_n_epoch": None},
    "some steps": {"max_steps": 11},
    "few batches": {"limit_train_batches": 5},
    "plateau": {"scheduler": Plateau(patience=0)},
    "bfloat16": {"precision": "bf16-mixed"},
    "float64": {"precision": "64-true"},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_lean_and_plain_loops_leave_the_same(tiny: Any, tmp_path: Path, name: str) -> None:
    kind = "language_modeling" if name in ("plain", "some steps") else "classification"
    _, *lean = trained(tiny, tmp_path / "lean", kind, True, **SETTINGS[name])
    _, *plain = trained(tiny, tmp_path / "plain", kind, False, **SETTINGS[name])
    assert lean[0] == plain[0]
    assert lean[1:] == plain[1:]


def distance(tiny: Any, folder: Path, clip: float, lean: bool) -> float:
    """How far one step of fused SGD in bfloat16 moves the weights."""
    task = tiny.task()
    task._make_optimizer = partial(torch.optim.SGD, lr=1.0, fused=True)
    before = torch.nn.utils.parameters_to_vector(task.parameters()).detach().clone()
    trainer = tiny.trainer(folder, max_steps=1, precision="bf16-mixed", gradient_clip_val=clip)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LeanEpochLoop, "lean", lean)
        trainer.fit(task, datamodule=tiny.data("classification"))
    return float((torch.nn.utils.parameters_to_vector(task.parameters()).detach() - before).norm())


@pytest.mark.parametrize("lean", [True, False])
def test_bfloat16_clips_the_gradients_of_a_fused_optimizer(tiny: Any, tmp_path: Path, lean: bool) -> None:
    near, far = (distance(tiny, tmp_path / str(clip), clip, lean) for clip in (0.01, 0.02))
    assert far == pytest.approx(2 * near, rel=1e-3)


@pytest.mark.parametrize("size", [1e-3, 1.0, 50.0, float("nan"), float("inf")])
def test_gradients_are_clipped_as_torch_clips_them_and_short_ones_not_touched(size: float) -> None:
    torch.manual_seed(0)
    ours, theirs = ([torch.zeros(3, 2), torch.zeros(4), torch.zeros(1)] for _ in range(2))
    for own, other in zip(ours[:2], theirs[:2], strict=True):  # the last one has no gradient
        own.grad = size * torch.randn(own.shape)
        other.grad = own.grad.clone()
    versions = [weight.grad._version for weight in ours[:2] if weight.grad is not None]
    clip_long(torch.optim.SGD([{"params": ours[:1]}, {"params": ours[1:]}], lr=0.1), 1.0)
    torch.nn.utils.clip_grad_norm_(theirs, 1.0)
    pairs = [(own.grad, other.grad) for own, other in zip(ours[:2], theirs[:2], strict=True)]
    assert all(torch.equal(own.nan_to_num(7.0), other.nan_to_num(7.0)) for own, other in pairs)
    after = [weight.grad._version for weight in ours[:2] if weight.grad is not None]
    assert (after == versions) == (size == 1e-3)


def advanced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes of every batch whether Lightning's own loop took it."""
    taken: list[str] = []
    own = _TrainingEpochLoop.advance

    def advance(loop: Any, fetcher: Any) -> None:
        taken.append("plain")
        own(loop, fetcher)

    monkeypatch.setattr(_TrainingEpochLoop, "advance", advance)
    return taken


def uncovered_tasks(tiny: Any, folder: Path) -> dict[str, tuple[pl.Trainer, Any]]:
    plain, stepping, measured = tiny.task(), tiny.task(), tiny.task()

    class Stepping(type(stepping)):  # type: ignore[misc]
        def optimizer_step(self, *arguments: Any) -> None:
            super().optimizer_step(*arguments)

    stepping.__class__ = Stepping
    settings: dict[str, Any] = {"max_epochs": 1, "limit_val_batches": 0}
    return {
        "covered": (tiny.trainer(folder / "a", **settings), plain),
        "a task's own optimizer step": (tiny.trainer(folder / "b", **settings), stepping),
        "a profiler": (tiny.trainer(folder / "c", profiler=SimpleProfiler(), **settings), measured),
    }


@pytest.mark.parametrize("name", ["covered", "a task's own optimizer step", "a profiler"])
def test_what_is_not_covered_is_left_to_lightning(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    trainer, task = uncovered_tasks(tiny, tmp_path)[name]
    taken = advanced(monkeypatch)
    trainer.fit(task, datamodule=tiny.data("classification"))
    assert trainer.global_step == 8
    assert len(taken) == (0 if name == "covered" else 8)


def test_a_callback_added_in_mid_epoch_is_called_from_the_next_batch_on(tiny: Any, tmp_path: Path) -> None:
    late = Listener()
    trainer = tiny.trainer(tmp_path, max_epochs=1, limit_val_batches=0)
    add = tiny.At(5, lambda: trainer.callbacks.append(late))
    trainer.callbacks.append(add)
    trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    assert [step for name, step, *_ in late.heard if name == "on_train_batch_start"] == [5, 6, 7]


def test_a_step_without_a_loss_leaves_the_weights_alone(tiny: Any, tmp_path: Path) -> None:
    task = tiny.task()
    before = [weight.clone() for weight in task.parameters()]
    task.training_step = lambda batch, batch_idx: None
    trainer = tiny.trainer(tmp_path, max_epochs=1, limit_val_batches=0)
    trainer.fit(task, datamodule=tiny.data("classification"))
    torch.testing.assert_close(before, list(task.parameters()), rtol=0, atol=0)

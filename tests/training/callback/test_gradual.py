"""Layers that start to learn from the head down."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch

from rnnlab.training.callback.gradual import GradualUnfreezing
from rnnlab.training.callback.signals import Interrupted


class Watch(pl.Callback):
    """Which parameters changed in each epoch."""

    def __init__(self) -> None:
        self.changed: list[set[str]] = []

    def on_train_epoch_start(self, trainer: Any, pl_module: pl.LightningModule) -> None:
        self.before = {name: p.detach().clone() for name, p in pl_module.network.named_parameters()}

    def on_train_epoch_end(self, trainer: Any, pl_module: pl.LightningModule) -> None:
        now = dict(pl_module.network.named_parameters())
        self.changed.append({n.split(".")[0] for n, p in now.items() if not torch.equal(p, self.before[n])})


def fit(tiny: Any, folder: Path, *callbacks: pl.Callback, **settings: Any) -> Any:
    last = folder / "checkpoints" / "last.ckpt"
    task = tiny.task()
    tiny.trainer(folder, *callbacks, **settings).fit(
        task, datamodule=tiny.data("classification"), ckpt_path=str(last) if last.is_file() else None
    )
    return task


@pytest.mark.parametrize(
    ("epochs", "changed"),
    [
        (0, [{"head", "encoder", "embedding"}] * 3),
        (1, [{"head"}, {"head", "encoder"}, {"head", "encoder", "embedding"}]),
        (2, [{"head"}, {"head"}, {"head", "encoder"}]),
    ],
)
def test_a_layer_learns_that_many_epochs_after_the_one_above_it(
    tiny: Any, tmp_path: Path, epochs: int, changed: list[set[str]]
) -> None:
    watch = Watch()
    task = fit(tiny, tmp_path, GradualUnfreezing(epochs), watch)
    assert watch.changed == changed
    assert all(parameter.requires_grad for parameter in task.parameters())


@pytest.mark.parametrize("step", [4, 12])
def test_a_run_resumed_within_an_epoch_goes_on_as_if_it_had_not_stopped(
    tiny: Any, tmp_path: Path, step: int
) -> None:
    whole = fit(tiny, tmp_path / "whole", GradualUnfreezing(1)).state_dict()
    stop = tiny.At(step, lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(Interrupted):
        fit(tiny, tmp_path / "broken", GradualUnfreezing(1), stop)
    resumed = fit(tiny, tmp_path / "broken", GradualUnfreezing(1)).state_dict()
    assert all(torch.equal(resumed[name], value) for name, value in whole.items())


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="epochs=-1 must be a whole number >= 0"):
        GradualUnfreezing(-1)

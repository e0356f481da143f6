"""Word vectors that start to learn only after some epochs, in a run and in one that is resumed."""

from __future__ import annotations

import logging
import signal
from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch

from rnnlab.model.ensemble import Ensemble
from rnnlab.training.callback.signals import Interrupted
from rnnlab.training.callback.unfreeze import UnfreezeEmbedding


class Watch(pl.Callback):
    """Whether the vectors changed in each epoch."""

    def __init__(self) -> None:
        self.changed: list[bool] = []

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.before = pl_module.network.embedding.vectors.weight.detach().clone()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.changed.append(not torch.equal(pl_module.network.embedding.vectors.weight, self.before))


def fit(tiny: Any, folder: Path, *callbacks: pl.Callback) -> Any:
    last = folder / "checkpoints" / "last.ckpt"
    task = tiny.task()
    tiny.trainer(folder, *callbacks).fit(
        task, datamodule=tiny.data("classification"), ckpt_path=str(last) if last.is_file() else None
    )
    return task


@pytest.mark.parametrize(
    ("epochs", "changed"), [(0, [True] * 3), (2, [False, False, True]), (9, [False] * 3)]
)
def test_the_vectors_learn_after_the_given_epochs(
    tiny: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, epochs: int, changed: list[bool]
) -> None:
    caplog.set_level(logging.INFO, logger="rnnlab")
    watch = Watch()
    fit(tiny, tmp_path, UnfreezeEmbedding(epochs), watch)
    assert watch.changed == changed
    said = [record.message for record in caplog.records if "word vectors" in record.message]
    assert said == (["the word vectors are trained from epoch 3 on"] if epochs == 2 else [])


@pytest.mark.parametrize("step", [4, 12])
def test_a_run_resumed_within_an_epoch_goes_on_as_if_it_had_not_stopped(
    tiny: Any, tmp_path: Path, step: int
) -> None:
    whole = fit(tiny, tmp_path / "whole", UnfreezeEmbedding(1)).state_dict()

    press = tiny.At(step, lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(Interrupted):
        fit(tiny, tmp_path / "cut", UnfreezeEmbedding(1), press)
    resumed = fit(tiny, tmp_path / "cut", UnfreezeEmbedding(1)).state_dict()
    torch.testing.assert_close(resumed, whole, rtol=0, atol=0)


def test_every_embedding_of_an_ensemble_is_frozen(tiny: Any) -> None:
    task = tiny.task()
    task.network = Ensemble([tiny.task().network, tiny.task().network])
    trainer = pl.Trainer(accelerator="cpu", logger=False, enable_checkpointing=False)
    for epochs in (1, 0):
        UnfreezeEmbedding(epochs).on_train_epoch_start(trainer, task)
        assert [member.embedding.frozen for member in task.network.members] == [epochs > 0] * 2


def test_a_negative_number_of_epochs_is_refused() -> None:
    with pytest.raises(ValueError, match="epochs=-1 must be a whole number >= 0"):
        UnfreezeEmbedding(-1)

"""Trainings of taggers from their configs: they learn, go on after a stop, and read pieces of words."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import pytorch_lightning as pl
import torch
from hydra import compose, initialize_config_dir
from pytorch_lightning.callbacks import Callback

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.run.build.assemble import build_data, build_network, build_task
from rnnlab.run.build.trainer import build_trainer
from rnnlab.run.build.vectors import build_choice, build_vectors
from rnnlab.training.callback.signals import Interrupted

CONF = Path(__file__).parents[3] / "conf"
NAMES = ("Ann", "Bob", "Eva", "Tom", "Ida", "Max", "Zoe", "Kim")
PLACES = ("Oslo", "Rome", "Bonn", "Lima", "Kyiv", "Nice", "Graz", "Cork")
SMALL = ["model.embedding_size=8", "model.hidden_size=12"]
SMALL += ["characters.letter_size=4", "characters.output_size=8"]


class StopAt(Callback):
    """Presses Ctrl-C after a step."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
        if trainer.global_step == self.step:
            signal.raise_signal(signal.SIGINT)


@pytest.fixture
def sentences(tmp_path):
    path = tmp_path / "train.conll"
    first = "{} B-person\nSmith I-person\nlives O\nin O\n{} B-place\n. O\n\n"
    rows = [first.format(name, place) + f"{place} B-place\nis O\n\n" for name in NAMES for place in PLACES]
    path.write_text("".join(rows), encoding="utf-8")
    return path


def fit(folder, sentences, *overrides, stop=None):
    """Train a small tagger in the folder, from its last checkpoint where there is one."""
    paths = [f"paths.run_dir='{folder}'", f"data.files.train='{sentences}'"]
    quiet = "trainer.enable_progress_bar=false"
    chosen = ["task=tagging", "data=tagged", *SMALL, *paths, quiet, "callback.average.decay=0.8", *overrides]
    with initialize_config_dir(str(CONF), version_base="1.3"):
        cfg = compose("train", overrides=chosen)
    torch.set_num_threads(1)
    pl.seed_everything(1, verbose=False)
    data = build_data(cfg)
    data.prepare()
    task = build_task(cfg, data, build_network(cfg, data, build_vectors(build_choice(cfg), data)))
    trainer = build_trainer(cfg, folder)
    trainer.callbacks += [] if stop is None else [StopAt(stop)]
    last = folder / "checkpoints" / "last.ckpt"
    trainer.fit(task, datamodule=data, ckpt_path=str(last) if last.is_file() else None)
    return task, trainer


@pytest.mark.parametrize("overrides", [(), ("head=softmax", "characters=cnn"), ("model.members=2",)])
def test_a_tagger_learns_names_by_heart(tmp_path, sentences, overrides):
    _, trainer = fit(
        tmp_path, sentences, "trainer.max_epochs=10", "data.batch_size=8", "optimizer.lr=0.02", *overrides
    )
    assert float(trainer.callback_metrics["val/f1"]) > 0.9
    assert float(trainer.callback_metrics["val/loss"]) < 0.3


def test_pieces_of_words_are_learned_from(tmp_path, sentences):
    chosen = (
        "tokenizer=char",
        "task.network.subwords=mean",
        "trainer.max_epochs=10",
        "data.batch_size=8",
        "optimizer.lr=0.02",
    )
    task, trainer = fit(tmp_path, sentences, *chosen)
    assert next(iter(trainer.datamodule.val_dataloader())).pieces is not None
    assert float(trainer.callback_metrics["val/f1"]) > 0.9
    assert task.network.subwords == "mean"


def test_a_run_that_is_stopped_within_an_epoch_ends_as_one_that_is_not(tmp_path, sentences):
    settings = ("trainer.max_epochs=3", "data.batch_size=16")
    whole, _ = fit(tmp_path / "whole", sentences, *settings)
    with pytest.raises(Interrupted):
        fit(tmp_path / "stopped", sentences, *settings, stop=9)
    again, trainer = fit(tmp_path / "stopped", sentences, *settings)
    assert trainer.global_step == 3 * len(trainer.datamodule.train_dataloader())
    for name, value in whole.network.state_dict().items():
        torch.testing.assert_close(again.network.state_dict()[name], value, rtol=0, atol=0)
    assert torch.equal(again.columns["predicted"], whole.columns["predicted"])

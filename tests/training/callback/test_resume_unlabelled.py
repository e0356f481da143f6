"""A run with texts of both kinds that is interrupted in mid-epoch ends as an unbroken one."""

from __future__ import annotations

import csv
import signal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rnnlab.data.classification import ClassificationData
from rnnlab.kinds.classification.objective.objectives import Objective
from rnnlab.kinds.classification.task import Classification
from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import WordTokenizer
from rnnlab.training.callback.signals import Interrupted
from rnnlab.training.scheduler.lr_curve import Cosine

WORDS = ["good", "bad", "fine", "awful", "plot", "film"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    for split in ("train", "validation", "test", "unlabelled"):
        with (path / f"{split}.csv").open("w", newline="", encoding="utf-8") as file:
            texts = [" ".join(rng.choice(WORDS, rng.integers(3, 9))) for _ in range(40)]
            rows = [(text, int(text.split()[0] in WORDS[:2])) for text in texts]
            csv.writer(file).writerows([("text", "label"), *rows])
    return path


def fit(tiny: Any, folder: Path, run: Path, objective: Objective, *callbacks: Any) -> Any:
    files = {split: f"{split}.csv" for split in ("train", "validation", "test", "unlabelled")}
    parts = (WordTokenizer(min_count=1), Cleaner({}))
    data = ClassificationData(
        "mine", files, None, None, *parts, "files", folder, folder / "cache", batch_size=5, workers=1
    )
    data.unlabelled_share = 1.0
    data.prepare()
    torch.manual_seed(0)
    encoder = RecurrentEncoder("lstm", 6, 6)
    network = Classifier(data.tokenizer.vocab_size, 6, encoder, "max", 2, dropout=0.3, word_dropout=0.1)
    optimizer = partial(torch.optim.AdamW, lr=1e-2)
    task = Classification(
        network, optimizer, Cosine(), data.classes, objective=objective, monitor="val/loss", mode="min"
    )
    trainer = tiny.trainer(run, *callbacks, max_epochs=2)
    last = run / "checkpoints" / "last.ckpt"
    trainer.fit(task, datamodule=data, ckpt_path=str(last) if last.is_file() else None)
    return {name: weight.detach().clone() for name, weight in task.state_dict().items()}


@pytest.mark.parametrize("step", [3, 8, 11])
def test_it_ends_as_if_nothing_had_happened(tiny: Any, folder: Path, tmp_path: Path, step: int) -> None:
    objective = Objective(1.0, 1.0, 1.0)
    whole = fit(tiny, folder, tmp_path / "whole", objective)
    press = tiny.At(step, lambda: signal.raise_signal(signal.SIGINT), "on_train_batch_end")
    with pytest.raises(Interrupted):
        fit(tiny, folder, tmp_path / "run", objective, press)
    resumed = fit(tiny, folder, tmp_path / "run", objective)
    torch.testing.assert_close(resumed, whole, rtol=0, atol=0)
    with (tmp_path / "whole" / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[-1]["train/loss_entropy_epoch"]) > 0

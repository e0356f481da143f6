"""Tiny runs with a real Trainer: learnable rows of words, or a running text, with dropout and a shuffled
order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from torch import Tensor
from torch.utils.data import Dataset

from rnnlab.data.batch import Batch, Window
from rnnlab.data.loader import make_loader
from rnnlab.data.sampler import EpochSampler
from rnnlab.kinds.classification.task import Classification
from rnnlab.kinds.language_modeling.task import LanguageModeling
from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.training.callback.checkpoint import BestCheckpoint, LastCheckpoint
from rnnlab.training.callback.interrupt import GracefulStop
from rnnlab.training.callback.quiet import quiet
from rnnlab.training.callback.random_state import RandomState
from rnnlab.training.callback.throughput import Throughput
from rnnlab.training.logger.csv import CSVLogger
from rnnlab.training.scheduler.lr_curve import Cosine

ROWS, BATCH = 40, 5  # eight batches an epoch


class Rows(Dataset):
    """Texts of four to nine words from twelve; the label says whether the first word is one of the first
    five.
    """

    def __init__(self, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.tokens = torch.randint(2, 12, (ROWS, 9), generator=generator)
        self.lengths = torch.randint(4, 10, (ROWS,), generator=generator)
        self.labels = (self.tokens[:, 0] < 7).long()
        self.tokens[torch.arange(9) >= self.lengths[:, None]] = 0

    def __getitem__(self, rows: Any) -> Batch:
        chosen = torch.as_tensor(rows)
        return Batch(self.tokens[chosen], self.lengths[chosen], self.labels[chosen], chosen)


class Shuffled(EpochSampler):
    """Another order in every epoch."""

    def batches(self) -> list[Tensor]:
        generator = torch.Generator().manual_seed(100 + self.epoch)
        return list(torch.randperm(ROWS, generator=generator).split(BATCH))

    def __len__(self) -> int:
        return ROWS // BATCH


class Text(Dataset):
    """Eight windows of six steps in three lanes of a repeating text."""

    def __init__(self, seed: int) -> None:
        text = torch.arange(3 * 49).remainder(7).add(2).view(3, 49)
        self.tokens = torch.where(
            torch.rand(3, 49, generator=torch.Generator().manual_seed(seed)) < 0.1, 2, text
        )

    def __getitem__(self, window: int) -> Window:
        start = 6 * window
        tokens, targets = self.tokens[:, start : start + 6], self.tokens[:, start + 1 : start + 7]
        return Window(tokens, targets, torch.tensor([6, 6, 6]), window == 0)


class Straight(EpochSampler):
    def batches(self) -> range:
        return range(8)

    def __len__(self) -> int:
        return 8


class TinyData(pl.LightningDataModule):
    def __init__(self, kind: str) -> None:
        super().__init__()
        self.make, self.sampler = (Rows, Shuffled) if kind == "classification" else (Text, Straight)

    def train_dataloader(self) -> Any:
        return make_loader(self.make(1), self.sampler())

    def val_dataloader(self) -> Any:
        return make_loader(self.make(2), self.sampler(fixed=True))

    def test_dataloader(self) -> Any:
        return make_loader(self.make(3), self.sampler(fixed=True))


def tiny_task(kind: str = "classification", scheduler: Any = None, lr: float = 1e-2) -> Any:
    torch.manual_seed(0)
    encoder = RecurrentEncoder("lstm", 6, 6)
    optimizer, scheduler = partial(torch.optim.AdamW, lr=lr), scheduler or Cosine()
    if kind == "classification":
        network = Classifier(12, 6, encoder, "max", 2, dropout=0.3, word_dropout=0.1)
        return Classification(network, optimizer, scheduler, ["low", "high"], monitor="val/loss", mode="min")
    network = LanguageModel(12, 6, encoder, dropout=0.3, tie_weights=True)
    return LanguageModeling(network, optimizer, scheduler)


def tiny_trainer(
    folder: Path, *callbacks: pl.Callback, monitor: str = "val/loss", **settings: Any
) -> pl.Trainer:
    kept = folder / "checkpoints"
    ours = [
        Throughput(),
        RandomState(),
        *callbacks,
        BestCheckpoint(kept, monitor, "min"),
        LastCheckpoint(kept),
    ]
    plain: dict[str, Any] = {"max_epochs": 3, "log_every_n_steps": 3, "enable_progress_bar": False}
    plain["gradient_clip_val"] = 1.0
    return pl.Trainer(
        accelerator="cpu",
        devices=1,
        num_sanity_val_steps=0,
        enable_model_summary=False,
        callbacks=[*ours, GracefulStop()],
        logger=CSVLogger(folder),
        use_distributed_sampler=False,
        **{**plain, **settings},
    )


class At(pl.Callback):
    """Calls `action` at a step of a hook."""

    def __init__(self, step: int, action: Callable[[], Any], hook: str = "on_train_batch_end") -> None:
        self.step, self.action = step, action
        setattr(self, hook, self.act)

    def act(self, trainer: pl.Trainer, *args: Any) -> None:
        if trainer.global_step == self.step:
            self.action()


@pytest.fixture(autouse=True)
def still() -> None:
    quiet()
    torch.set_num_threads(1)


@pytest.fixture
def tiny() -> Any:
    """The names of this module, for the tests beside it."""
    from types import SimpleNamespace

    return SimpleNamespace(
        data=TinyData, task=tiny_task, trainer=tiny_trainer, At=At, Rows=Rows, ROWS=ROWS, BATCH=BATCH
    )

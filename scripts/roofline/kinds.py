"""A training step of each kind's default task: in train.py's loop, and without it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytorch_lightning as pl
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from pytorch_lightning.callbacks import EarlyStopping
from torch import nn

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.run.build.assemble import build_data, build_network, build_task
from rnnlab.run.build.trainer import build_trainer
from rnnlab.run.build.vectors import build_choice, build_vectors
from rnnlab.run.config.arguments import CONFIG_NAME
from rnnlab.training.loop.step import clip_long
from rnnlab.training.optimizer.groups import grouped
from roofline.counts import activations, counted, step_bytes
from roofline.machine import Peaks
from roofline.rows import Need, Row, Taken, make_row

CONFIG_DIR = Path(__file__).parents[2] / "conf"
FIXED = (
    *("callback.best=null", "callback.last=null", "trainer.limit_val_batches=0"),
    *("trainer.max_steps=-1", "trainer.enable_progress_bar=false"),
)


class Loaded:
    """Batches that are there already; measures from the first one to the request after the last one."""

    def __init__(self, batches: list[Any]) -> None:
        self.batches, self.seconds = batches, 0.0

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[Any]:
        start = time.perf_counter()
        for number, batch in enumerate(self.batches):
            if number:
                self.seconds = (
                    time.perf_counter() - start
                ) / number  # of a step; the epoch's end is left out
            yield batch


class Bare:
    """The steps of a task without a trainer: loss, gradients, clipping and optimizer."""

    def __init__(self, task: Any, optimizer: torch.optim.Optimizer, clip: float | None) -> None:
        self.task, self.optimizer, self.clip = task, optimizer, clip
        task.train()

    def passes(self, batch: Any) -> None:
        loss = self.task.training_step(batch, 0)
        self.optimizer.zero_grad()
        loss.backward()

    def update(self) -> None:
        if self.clip:
            clip_long(self.optimizer, self.clip)
        self.optimizer.step()

    def epoch(self, batches: Sequence[Any]) -> tuple[float, float]:
        """Return the mean seconds of passes and of updates, without the last step, as in `Loaded`."""
        passes, updates = [], []
        for batch in batches:
            start = time.perf_counter()
            self.passes(batch)
            middle = time.perf_counter()
            self.update()
            passes.append(middle - start)
            updates.append(time.perf_counter() - middle)
        self.task.running.end_epoch()
        return statistics.fmean(passes[:-1]), statistics.fmean(updates[:-1])

    def need(self, batches: Sequence[Any]) -> Need:
        """Count what a step of the batches needs, in the mean; each of them is trained on once."""
        flops, calls, outputs = 0, 0, 0
        for batch in batches:
            with activations(self.task.network) as found:
                work = counted(lambda batch=batch: self.passes(batch))  # type: ignore[misc]
            flops, calls, outputs = flops + work.flops, calls + work.calls, outputs + sum(found)
            self.update()
        self.task.running.end_epoch()
        number = len(batches)
        moved = step_bytes(self.task.network, self.optimizer, outputs // number)
        return Need(flops / number, moved, calls / number)


class Turns(pl.Callback):
    """Lets the bare steps run after each epoch of the trainer, and keeps the times of both."""

    def __init__(self, loaded: Loaded, bare: Bare) -> None:
        self.loaded, self.bare = loaded, bare
        self.trained: list[float] = []
        self.passes: list[float] = []
        self.updates: list[float] = []

    def on_train_epoch_end(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        passes, updates = self.bare.epoch(self.loaded.batches)
        if trainer.current_epoch:  # the first epoch warms up
            self.trained.append(self.loaded.seconds)
            self.passes.append(passes)
            self.updates.append(updates)

    def taken(self, data: float) -> Taken:
        """Return the medians over the rounds."""
        more = [t - p - u for t, p, u in zip(self.trained, self.passes, self.updates, strict=True)]
        middle = statistics.median
        return Taken(middle(self.passes), middle(self.updates), data, max(0.0, middle(more)))


class Amounts(NamedTuple):
    """steps: batches of a round, at least 2; rounds: after one that warms up."""

    steps: int
    rounds: int


def measure_kind(name: str, chosen: Sequence[str], amounts: Amounts, folder: Path, peaks: Peaks) -> Row:
    """Return the row of a kind.

    Args:
        chosen: choices as for train.py.
        folder: where the run may write.
    """
    cfg = composed(chosen, amounts, folder)
    pl.seed_everything(cfg.seed, verbose=False)
    data = build_data(cfg)
    data.prepare()
    batches, loading = loaded_batches(data, amounts.steps)
    words = build_vectors(build_choice(cfg), data)
    tasks = [build_task(cfg, data, build_network(cfg, data, words)) for _ in range(2)]
    bare = Bare(tasks[1], optimizer_of(cfg, tasks[1].network), cfg.trainer.gradient_clip_val)
    bare.epoch(batches)  # compiles what is compiled, and makes the optimizer's state
    need, loaded = bare.need(batches), Loaded(batches)
    turns = Turns(loaded, bare)
    trainer = build_trainer(cfg, folder)
    found: list[pl.Callback] = trainer.callbacks  # type: ignore[attr-defined]
    found[:] = [*(one for one in found if not isinstance(one, EarlyStopping)), turns]  # nothing is validated
    trainer.fit(tasks[0], train_dataloaders=loaded)
    about = f"task={cfg.task.name} data={cfg.data.name} cell={cfg.model.cell} {cfg.model.hidden_size}"
    return make_row(name, about, need, turns.taken(loading), peaks)


def composed(chosen: Sequence[str], amounts: Amounts, folder: Path) -> Any:
    """Return the config of a run that trains for the rounds, and writes nothing but metrics."""
    own = [f"paths.run_dir='{folder}'", f"trainer.max_epochs={amounts.rounds + 1}"]
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        return compose(CONFIG_NAME, overrides=[*chosen, *FIXED, *own])


def loaded_batches(data: Any, steps: int) -> tuple[list[Any], float]:
    """Return so many training batches, epoch after epoch, and the mean seconds in which one is loaded."""
    batches: list[Any] = []
    start = time.perf_counter()
    while len(batches) < steps:
        before = len(batches)
        for batch in data.train_dataloader():
            batches.append(batch)
            if len(batches) == steps:
                break
        if len(batches) == before:
            raise ValueError("the training rows make no batch")
    return batches, (time.perf_counter() - start) / steps


def optimizer_of(cfg: Any, network: nn.Module) -> torch.optim.Optimizer:
    named = [(name, weight) for name, weight in network.named_parameters() if weight.requires_grad]
    kinds = tuple(cfg.task.get("no_decay") or ())
    return grouped(instantiate(cfg.optimizer), network, kinds, cfg.task.get("layer_decay"), named)

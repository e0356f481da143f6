"""Measure the microseconds per step that the framework adds to a bare torch loop over the same batches.

    python scripts/benchmark_step.py                            # a tiny model, batches as long as tweets
    python scripts/benchmark_step.py model=bilstm --steps 200   # choices as for train.py
    python scripts/benchmark_step.py --profile 25               # and where the steps of our loop go

Batches are loaded once, before the timing. Our loop, Lightning's own (the same trainer and callbacks)
and a bare one then take turns in one process, an epoch each; the bare one does what a step needs (forward,
loss, gradients, clipping, optimizer) and nothing else. Run it when nothing else runs.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from torch import nn

from rnnlab.data.batch import Batch
from rnnlab.report.tables import render
from rnnlab.run.build.assemble import build_data, build_network, build_task
from rnnlab.run.build.machine import device_name, set_threads
from rnnlab.run.build.trainer import build_trainer
from rnnlab.run.build.vectors import build_choice, build_vectors
from rnnlab.run.config.arguments import CONFIG_NAME
from rnnlab.training.callback.quiet import quiet
from rnnlab.training.loop.epoch import LeanEpochLoop

CONFIG_DIR = Path(__file__).parents[1] / "conf"
TINY = ["task=classification", "data=synthetic", "data.clauses=5", "tokenizer=word", "model=lstm"]
TINY += ["model.hidden_size=8", "model.embedding_size=8", "callback=default"]
LOOPS = ("ours", "Lightning's", "bare")


class Loaded:
    """Preloaded batches; records when the first one was handed out and when the last one was requested."""

    def __init__(self, batches: list[Batch]) -> None:
        self.batches = batches
        self.start = self.end = 0.0

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[Batch]:
        self.start = time.perf_counter()
        for batch in self.batches:
            self.end = time.perf_counter()  # after the steps before this one
            yield batch

    def microseconds(self) -> float:
        """Return the mean step of the last pass, without its last one, which includes the epoch's end."""
        return 1e6 * (self.end - self.start) / (len(self.batches) - 1)


class Turns(pl.Callback):
    """Runs an epoch of the bare loop after each of ours; the trainer alternates our loop and Lightning's."""

    def __init__(self, loaded: Loaded, bare: nn.Module, optimizer: torch.optim.Optimizer, clip: float | None):
        self.loaded, self.bare, self.optimizer, self.clip = loaded, bare, optimizer, clip
        self.steps: dict[str, list[float]] = {name: [] for name in LOOPS}
        self.profile: cProfile.Profile | None = None

    def on_train_epoch_start(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        loop = trainer.fit_loop.epoch_loop
        assert isinstance(loop, LeanEpochLoop)
        loop.lean = trainer.current_epoch % 2 == 0
        if self.profile is not None and loop.lean and trainer.current_epoch:
            self.profile.enable()

    def on_train_epoch_end(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        if self.profile is not None:
            self.profile.disable()
        self.steps[LOOPS[trainer.current_epoch % 2]].append(self.loaded.microseconds())
        if trainer.current_epoch % 2 == 0:
            for batch in self.loaded:
                self._bare_step(batch)
            self.steps["bare"].append(self.loaded.microseconds())

    def _bare_step(self, batch: Batch) -> None:
        loss = nn.functional.cross_entropy(self.bare(batch.tokens, batch.lengths), batch.labels)
        self.optimizer.zero_grad()
        loss.backward()
        if self.clip:
            nn.utils.clip_grad_norm_(self.bare.parameters(), self.clip)
        self.optimizer.step()


def build(choices: list[str], folder: str, rounds: int) -> Any:
    """Return the config of a run that trains for twice `rounds` epochs, and nothing else."""
    fixed = ["callback.best=null", "callback.last=null", f"paths.run_dir={folder}"]
    fixed += [f"trainer.max_epochs={2 * rounds}", "trainer.limit_val_batches=0"]
    fixed += ["trainer.enable_progress_bar=false"]
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        return compose(CONFIG_NAME, overrides=[*TINY, *choices, *fixed])


def measure(arguments: argparse.Namespace, folder: str) -> None:
    quiet()
    cfg = build(arguments.choices, folder, arguments.rounds + 1)
    threads = set_threads(cfg.threads)
    pl.seed_everything(cfg.seed, verbose=False)
    data = build_data(cfg)
    data.prepare()
    networks = [build_network(cfg, data, build_vectors(build_choice(cfg), data)) for _ in range(2)]
    loader = iter(data.train_dataloader())
    loaded = Loaded([next(loader) for _ in range(arguments.steps)])
    optimizer = instantiate(cfg.optimizer)(list(networks[1].named_parameters()))
    turns = Turns(loaded, networks[1], optimizer, cfg.trainer.gradient_clip_val)
    turns.profile = cProfile.Profile() if arguments.profile else None
    trainer = build_trainer(cfg, Path(folder))
    trainer.callbacks.append(turns)  # type: ignore[attr-defined]
    trainer.fit(build_task(cfg, data, networks[0]), train_dataloaders=loaded)
    print(
        f"{device_name(torch.device('cpu'), threads)}, {arguments.rounds} rounds of {arguments.steps} steps"
    )
    report({name: steps[1:] for name, steps in turns.steps.items()})  # the first of each warms up
    if turns.profile is not None:
        print(f"\nthe {arguments.profile} dearest functions of our loop, {arguments.rounds} rounds together")
        pstats.Stats(turns.profile).sort_stats("tottime").print_stats(arguments.profile)


def report(steps: dict[str, list[float]]) -> None:
    """Print a step of each loop and its cost in addition to the bare one of the same round."""
    rows = []
    for name, times in steps.items():
        over = [own - bare for own, bare in zip(times, steps["bare"], strict=True)]
        least = min(times) - min(steps["bare"])
        median = statistics.median(times)
        rows.append(
            [name, f"{median:.0f}", f"{min(times):.0f}", f"{statistics.median(over):.0f}", f"{least:.0f}"]
        )
    print(render(["loop", "us a step, median", "least", "over bare, median", "of the least"], rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("choices", nargs="*", help="choices as for train.py, classification only")
    parser.add_argument("--steps", type=int, default=100, help="batches a round (default 100)")
    parser.add_argument("--rounds", type=int, default=15, help="rounds after one that warms up (default 15)")
    parser.add_argument("--profile", type=int, default=0, metavar="N", help="show the N dearest functions")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(arguments, folder)


if __name__ == "__main__":
    main()

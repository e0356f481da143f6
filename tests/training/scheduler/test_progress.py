"""Progress read from a fake trainer, and from Lightning's own as it trains."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from hypothesis import given
from hypothesis import strategies as st
from pytorch_lightning.callbacks import ModelCheckpoint, Timer
from torch import Tensor, nn
from torch.utils.data import DataLoader

from rnnlab.run.folder.checkpoint import loading
from rnnlab.training.scheduler.base import Scheduler
from rnnlab.training.scheduler.lr_curve import Constant, Cosine
from rnnlab.training.scheduler.plateau import Plateau
from rnnlab.training.scheduler.progress import progress


class Clock(Timer):
    """A Timer that is told what time it is: one second a training step, where it is not set."""

    elapsed = 0.0

    def time_elapsed(self, stage: str = "train") -> float:
        return self.elapsed + self._offset


def fake(**changes: Any) -> Any:
    """A trainer in the middle of its second epoch, after 15 of the steps."""
    fit_loop = SimpleNamespace(
        epoch_progress=SimpleNamespace(current=SimpleNamespace(ready=2, completed=1)), batch_idx=4
    )
    given = {"global_step": 15, "max_steps": -1, "max_epochs": -1, "num_training_batches": 10}
    whole = {"callbacks": [], "world_size": 1, "fit_loop": fit_loop, **given, **changes}
    return SimpleNamespace(**whole)


def clock(elapsed: float, duration: float | None) -> Clock:
    timer = Clock(None if duration is None else timedelta(seconds=duration))
    timer.elapsed = elapsed
    return timer


def test_each_limit_alone_gives_its_share():
    assert progress(fake(max_steps=60)) == 0.25
    assert progress(fake(max_epochs=3)) == 0.5
    assert progress(fake(callbacks=[clock(12, 120)])) == pytest.approx(0.1)


def test_of_several_limits_the_furthest_counts():
    assert progress(fake(max_steps=60, max_epochs=3, callbacks=[clock(12, 120)])) == 0.5
    assert progress(fake(max_steps=20, max_epochs=3, callbacks=[clock(12, 120)])) == 0.75
    assert progress(fake(max_steps=60, max_epochs=3, callbacks=[clock(108, 120)])) == pytest.approx(0.9)


def test_between_two_epochs_the_last_ones_batches_are_not_counted_twice():
    trainer = fake(max_epochs=4)
    trainer.fit_loop.epoch_progress.current.completed = 2
    trainer.fit_loop.batch_idx = 9
    assert progress(trainer) == 0.5


def test_a_time_that_has_run_out_and_a_timer_without_an_end():
    assert progress(fake(callbacks=[clock(200, 120)])) == 1
    assert progress(fake(callbacks=[clock(0, 0)])) == 1
    assert progress(fake(callbacks=[clock(200, None)])) == 0


TOTALS = st.one_of(st.none(), st.just(math.inf), st.integers(-1, 100))


@given(TOTALS, TOTALS, TOTALS, st.integers(0, 200))
def test_progress_is_a_share_whatever_is_unknown(max_steps, max_epochs, batches, step):
    trainer = fake(max_steps=max_steps, max_epochs=max_epochs, num_training_batches=batches, global_step=step)
    assert 0 <= progress(trainer) <= 1


def test_with_several_processes_the_first_ones_clock_counts():
    strategy = SimpleNamespace(broadcast=lambda value: 0.125)
    assert progress(fake(callbacks=[clock(12, 120)], world_size=2, strategy=strategy)) == 0.125


class Tiny(pl.LightningModule):
    """One weight; remembers the rate of each step and the progress after each batch."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self.layer, self.schedule = nn.Linear(1, 1), scheduler
        self.rates: list[float] = []
        self.seen: list[float] = []

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.AdamW(self.parameters(), lr=2.0, fused=True)
        schedule = self.schedule.build(optimizer, self.trainer, "val/loss", "min")
        return {"optimizer": optimizer, "lr_scheduler": schedule}

    def training_step(self, batch: Tensor, index: int) -> Tensor:
        for timer in self.trainer.callbacks:
            if isinstance(timer, Clock):
                timer.elapsed += 1.0
        return self.layer(batch).square().mean()

    def validation_step(self, batch: Tensor, index: int) -> None:
        self.log("val/loss", 1.0)

    def on_before_optimizer_step(self, optimizer: torch.optim.Optimizer) -> None:
        self.rates.append(optimizer.param_groups[0]["lr"] / 2.0)

    def on_train_batch_end(self, *_: Any) -> None:
        self.seen.append(progress(self.trainer))


def train(folder: Path, model: Tiny, resume: str | None = None, **limits: Any) -> pl.Trainer:
    trainer = pl.Trainer(
        accelerator="cpu",
        default_root_dir=folder,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        **{"enable_checkpointing": False, **limits},
    )
    batches = [torch.ones(2, 1)] * 5
    loaders = DataLoader(batches, batch_size=None), DataLoader(batches[:1], batch_size=None)
    trainer.fit(model, *loaders, **loading(trainer.fit, Path(resume) if resume else None))
    return trainer


pytestmark = pytest.mark.filterwarnings("ignore")
SHAPE = Cosine(warmup=0.25, final=0.1)


def test_epochs_steps_and_time_give_the_same_rates(tmp_path):
    timer = Clock(timedelta(seconds=10))
    for limits in (
        {"max_epochs": 2},
        {"max_steps": 10},
        {"max_epochs": 2, "max_steps": 10},
        {"max_epochs": -1, "callbacks": [timer]},
    ):
        model = Tiny(SHAPE)
        train(tmp_path, model, **limits)
        assert model.rates == pytest.approx([SHAPE(step / 10) for step in range(10)]), limits
        assert model.seen[-1] == pytest.approx(1.0), limits


def test_accumulated_batches_give_one_rate_a_step_and_end_at_one(tmp_path):
    model = Tiny(SHAPE)
    train(tmp_path, model, max_epochs=2, accumulate_grad_batches=2)
    steps = [0, 2, 4, 5, 7, 9]  # batches done before each step: epochs of five end with a step of one batch
    assert model.rates == pytest.approx([SHAPE(done / 10) for done in steps])
    assert model.seen == pytest.approx([done / 10 for done in range(1, 11)])


def test_max_time_makes_a_timer_that_progress_finds(tmp_path):
    model = Tiny(Cosine())
    trainer = train(tmp_path, model, max_epochs=2, max_time="00:00:00:30")
    (timer,) = [callback for callback in trainer.callbacks if isinstance(callback, Timer)]
    trainer.fit_loop.max_epochs = -1
    assert progress(trainer) == pytest.approx(timer.time_elapsed() / 30, rel=0.01)


@pytest.mark.parametrize("limit", ["epochs", "time"])
def test_a_resumed_training_goes_on_with_the_rates_of_an_unbroken_one(tmp_path, limit):
    def limits() -> dict[str, Any]:
        keep = ModelCheckpoint(tmp_path, filename="{step}", every_n_train_steps=1, save_top_k=-1)
        clocks = [Clock(timedelta(seconds=10))] if limit == "time" else []
        epochs = 2 if limit == "epochs" else -1
        return {"callbacks": [keep, *clocks], "max_epochs": epochs, "enable_checkpointing": True}

    whole, rest = Tiny(SHAPE), Tiny(SHAPE)
    train(tmp_path, whole, **limits())
    train(tmp_path, rest, resume=str(tmp_path / "step=3.ckpt"), **limits())
    assert len(whole.rates) == 10
    assert rest.rates == pytest.approx(whole.rates[3:])


def test_a_shape_without_any_end_warns_and_a_constant_does_not(tmp_path, recwarn):
    trainer = pl.Trainer(max_epochs=-1, logger=False, enable_checkpointing=False, accelerator="cpu")
    optimizer = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    recwarn.clear()
    Constant().build(optimizer, trainer, "val/loss", "min")
    assert not recwarn.list
    with pytest.warns(UserWarning, match=r"Cosine\(.*\) needs max_epochs, max_steps or max_time"):
        Cosine().build(optimizer, trainer, "val/loss", "min")


class EpochCounts(pl.Callback):
    """Lightning leaves out the plateau's step after the epoch that a run resumed in: this has it taken."""

    def on_train_batch_start(self, trainer: pl.Trainer, *_: Any) -> None:
        trainer.fit_loop._restarting = False


def test_a_plateau_follows_validations_and_is_resumed(tmp_path):
    def limits() -> dict[str, Any]:
        keep = ModelCheckpoint(tmp_path, filename="{step}", every_n_train_steps=1, save_top_k=-1)
        return {"callbacks": [keep, EpochCounts()], "enable_checkpointing": True, "max_epochs": 5}

    whole, rest = Tiny(Plateau(0.5, patience=1)), Tiny(Plateau(0.5, patience=1))
    train(tmp_path, whole, **limits())  # the metric stands still from the first epoch on
    assert whole.rates[::5] == [1, 1, 1, 0.5, 0.5]
    train(tmp_path, rest, resume=str(tmp_path / "step=13.ckpt"), **limits())
    assert rest.rates == whole.rates[13:]

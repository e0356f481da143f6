"""The average of the weights: its formula, who sees it, and where it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import EarlyStopping

from rnnlab.training.callback.ema import WeightAverage


class Record(pl.Callback):
    """Raw weights after each step and the weights that a validation sees."""

    def __init__(self) -> None:
        self.steps: list[torch.Tensor] = []
        self.validated: list[torch.Tensor] = []

    def weights(self, module: pl.LightningModule) -> torch.Tensor:
        return torch.cat([p.detach().flatten() for p in module.parameters()]).clone()

    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.start = self.weights(pl_module)

    def on_train_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self.steps.append(self.weights(pl_module))

    def on_validation_batch_end(self, trainer: Any, pl_module: Any, *args: Any) -> None:
        self.validated.append(self.weights(pl_module))


def averaged(record: Record, decay: float) -> list[torch.Tensor]:
    """The average after each step, by the formula."""
    average, averages = record.start, []
    for n, weights in enumerate(record.steps):
        d = min(decay, (1 + n) / (10 + n))
        average = d * average + (1 - d) * weights
        averages.append(average)
    return averages


def run(tiny: Any, folder: Path, *callbacks: Any, kind: str = "classification", **settings: Any) -> Any:
    task = tiny.task(kind, lr=0.05)
    trainer = tiny.trainer(folder, *callbacks, **settings)
    trainer.fit(task, datamodule=tiny.data(kind))
    return trainer, task


@pytest.mark.parametrize("decay", [0.5, 0.999])
def test_a_validation_sees_the_average_and_training_goes_on_without_it(
    tiny: Any, tmp_path: Path, decay: float
) -> None:
    record, plain = Record(), Record()
    run(tiny, tmp_path / "average", WeightAverage(decay), record)
    run(tiny, tmp_path / "plain", plain)
    assert all(torch.equal(a, b) for a, b in zip(record.steps, plain.steps, strict=True))
    averages = averaged(record, decay)
    for epoch in range(3):
        torch.testing.assert_close(record.validated[8 * epoch], averages[8 * epoch + 7], rtol=1e-5, atol=1e-6)
        assert not torch.allclose(record.validated[8 * epoch], plain.validated[8 * epoch], atol=1e-3)


def test_the_checkpoints_hold_the_average_and_the_last_the_raw_weights_too(tiny: Any, tmp_path: Path) -> None:
    record = Record()
    _, task = run(tiny, tmp_path, WeightAverage(0.9), record, kind="language_modeling")  # with tied weights
    last = torch.load(tmp_path / "checkpoints/last.ckpt", weights_only=True)
    best = torch.load(tmp_path / "checkpoints/best.ckpt", weights_only=True)
    assert "raw_weights" not in best
    assert best["global_step"] == 24  # it only gets better here
    fresh, raw = type(task).__name__, tiny.task("language_modeling")
    for state in (last["state_dict"], best["state_dict"]):
        raw.load_state_dict(state)
        torch.testing.assert_close(record.weights(raw), averaged(record, 0.9)[-1], rtol=1e-5, atol=1e-6)
    raw.load_state_dict(last["raw_weights"])
    assert torch.equal(record.weights(raw), record.steps[-1])
    assert fresh == "LanguageModeling"


def test_after_the_training_the_task_holds_the_average(tiny: Any, tmp_path: Path) -> None:
    record = Record()
    trainer, task = run(tiny, tmp_path, WeightAverage(0.9), record)
    torch.testing.assert_close(record.weights(task), averaged(record, 0.9)[-1], rtol=1e-5, atol=1e-6)
    trainer.test(task, datamodule=tiny.data("classification"), verbose=False)
    torch.testing.assert_close(record.weights(task), averaged(record, 0.9)[-1], rtol=1e-5, atol=1e-6)


def test_a_test_of_the_last_checkpoint_uses_the_average(tiny: Any, tmp_path: Path) -> None:
    record = Record()
    run(tiny, tmp_path, WeightAverage(0.9), record)
    task, trainer = tiny.task(), tiny.trainer(tmp_path / "other", WeightAverage(0.9))
    last = str(tmp_path / "checkpoints/last.ckpt")
    trainer.test(task, datamodule=tiny.data("classification"), ckpt_path=last, verbose=False)
    torch.testing.assert_close(record.weights(task), averaged(record, 0.9)[-1], rtol=1e-5, atol=1e-6)


def test_accumulated_batches_count_as_one_step(tiny: Any, tmp_path: Path) -> None:
    average = WeightAverage(0.9)
    run(tiny, tmp_path, average, accumulate_grad_batches=4)
    assert average.updates == 6


def test_early_stopping_watches_the_average(tiny: Any, tmp_path: Path) -> None:
    stop = EarlyStopping("val/loss", mode="min", patience=0, min_delta=10.0)
    trainer, _ = run(tiny, tmp_path, stop, WeightAverage(0.9), max_epochs=9)
    assert trainer.current_epoch == 2
    assert (
        torch.load(tmp_path / "checkpoints/last.ckpt", weights_only=True)["callbacks"]["WeightAverage"][
            "updates"
        ]
        == 16
    )


def test_a_checkpoint_without_an_average_starts_one_from_its_weights(tiny: Any, tmp_path: Path) -> None:
    run(tiny, tmp_path, max_epochs=1)
    average, task = WeightAverage(0.9), tiny.task()
    trainer = tiny.trainer(tmp_path, average, max_epochs=2)
    trainer.fit(
        task, datamodule=tiny.data("classification"), ckpt_path=str(tmp_path / "checkpoints/last.ckpt")
    )
    assert average.updates == 8


@pytest.mark.parametrize("decay", [-0.1, 1.0])
def test_a_decay_outside_its_range_is_refused(decay: float) -> None:
    with pytest.raises(ValueError, match=rf"decay={decay} must be a number >= 0 and < 1"):
        WeightAverage(decay)

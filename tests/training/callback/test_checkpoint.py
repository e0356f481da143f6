"""best.ckpt and last.ckpt: which weights, which score, plain and whole."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from rnnlab.training.callback.checkpoint import BestCheckpoint, save_whole


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "metrics.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_run_leaves_two_plain_checkpoints_and_best_is_that_of_the_best_row(
    tiny: Any, tmp_path: Path
) -> None:
    trainer, task = tiny.trainer(tmp_path, max_epochs=4), tiny.task(lr=0.1)
    trainer.fit(task, datamodule=tiny.data("classification"))
    assert sorted(p.name for p in (tmp_path / "checkpoints").iterdir()) == ["best.ckpt", "last.ckpt"]
    best, last = (torch.load(tmp_path / f"checkpoints/{n}.ckpt", weights_only=True) for n in ("best", "last"))
    assert all(name.startswith("network.") for name in best["state_dict"])
    assert "optimizer_states" not in best
    validated = {int(row["step"]): float(row["val/loss"]) for row in rows(tmp_path) if row["val/loss"]}
    assert best["val/loss"] == pytest.approx(min(validated.values()), rel=1e-6)
    assert best["global_step"] == min(validated, key=lambda step: validated[step])
    assert (last["epoch"], last["global_step"]) == (4, 32)

    trainer.test(
        task,
        datamodule=tiny.data("classification"),
        ckpt_path=str(tmp_path / "checkpoints/best.ckpt"),
        verbose=False,
    )
    torch.testing.assert_close(dict(task.state_dict()), dict(best["state_dict"]))


@pytest.mark.parametrize(
    ("mode", "scores", "kept"),
    [("min", [3.0, 2.0, 2.0, 5.0], [1, 1, 0, 0]), ("max", [math.nan, 0.1, math.nan, 0.2], [1, 1, 0, 1])],
)
def test_only_a_better_score_is_kept_and_nan_only_without_any(
    mode: str, scores: list[float], kept: list[int]
) -> None:
    best = BestCheckpoint("nowhere", "val/x", mode)
    taken = []
    for score in scores:
        taken.append(int(best._is_better(score)))
        if taken[-1]:
            best.best_model_score = score
    assert taken == kept


def test_a_mode_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="mode=up must be one of max, min"):
        BestCheckpoint("nowhere", "val/loss", "up")


def test_a_metric_that_nobody_logs_is_named_with_those_there_are(tiny: Any, tmp_path: Path) -> None:
    trainer = tiny.trainer(tmp_path, monitor="val/f2", limit_train_batches=2)
    with pytest.raises(ValueError, match=r"monitor=val/f2 is not among what was logged: .*val/loss"):
        trainer.fit(tiny.task(), datamodule=tiny.data("classification"))


def test_the_training_loss_can_choose_the_best_without_a_validation(tiny: Any, tmp_path: Path) -> None:
    trainer = tiny.trainer(tmp_path, monitor="train/loss", limit_val_batches=0)
    trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    means = [float(row["train/loss_epoch"]) for row in rows(tmp_path) if row["train/loss_epoch"]]
    best = torch.load(tmp_path / "checkpoints/best.ckpt", weights_only=True)
    assert best["train/loss"] == pytest.approx(min(means), rel=1e-6)


def test_max_steps_in_mid_epoch_ends_with_a_validation(tiny: Any, tmp_path: Path) -> None:
    trainer = tiny.trainer(tmp_path, max_steps=5, max_epochs=-1)
    trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    assert trainer.global_step == 5
    assert [row["step"] for row in rows(tmp_path) if row["val/loss"]] == ["5"]
    assert (tmp_path / "checkpoints/best.ckpt").exists()


def test_a_failed_write_leaves_the_old_checkpoint(tiny: Any, tmp_path: Path, monkeypatch: Any) -> None:
    trainer = tiny.trainer(tmp_path, max_epochs=1)
    trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    last = tmp_path / "checkpoints/last.ckpt"
    before = last.read_bytes()

    def half(path: Path) -> None:
        Path(path).write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(trainer, "save_checkpoint", half)
    with pytest.raises(OSError, match="disk full"):
        save_whole(trainer, last)
    assert last.read_bytes() == before


def test_a_training_without_a_validation_leaves_its_last_weights_as_best(tiny: Any, tmp_path: Path) -> None:
    trainer, task = tiny.trainer(tmp_path, limit_val_batches=0, max_epochs=1), tiny.task()
    trainer.fit(task, datamodule=tiny.data("classification"))
    best = torch.load(tmp_path / "checkpoints/best.ckpt", weights_only=True)
    torch.testing.assert_close(dict(best["state_dict"]), dict(task.state_dict()), rtol=0, atol=0)
    assert best["val/loss"] is None

"""Tokens a second: real tokens, training time only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import torch

from rnnlab.training.callback.get_callback import get_callback
from rnnlab.training.callback.throughput import Throughput


def test_padding_and_validation_do_not_count(tiny: Any, tmp_path: Path) -> None:
    nap = tiny.At(8, lambda: time.sleep(0.5), "on_validation_start")
    trainer = tiny.trainer(tmp_path, nap, max_epochs=1)
    start = time.perf_counter()
    trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    took, counter = time.perf_counter() - start, get_callback(trainer, Throughput)
    assert counter.tokens == int(tiny.Rows(1).lengths.sum())
    assert 0 < counter.seconds < took - 0.5
    logged = float(trainer.callback_metrics["train/tokens_per_second"])
    assert logged == pytest.approx(counter.tokens_per_second, rel=1e-4)


def test_the_totals_go_on_after_a_resume(tiny: Any, tmp_path: Path) -> None:
    tiny.trainer(tmp_path, max_epochs=1).fit(tiny.task(), datamodule=tiny.data("classification"))
    saved = torch.load(tmp_path / "checkpoints/last.ckpt", weights_only=True)["callbacks"]["Throughput"]
    trainer = tiny.trainer(tmp_path, max_epochs=2)
    trainer.fit(
        tiny.task(), datamodule=tiny.data("classification"), ckpt_path=str(tmp_path / "checkpoints/last.ckpt")
    )
    counter = get_callback(trainer, Throughput)
    assert counter.tokens == 2 * saved["tokens"]
    assert counter.seconds > saved["seconds"] > 0


def test_before_the_first_batch_the_rate_is_zero() -> None:
    assert Throughput().tokens_per_second == 0.0

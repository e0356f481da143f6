"""The bar in a terminal, the lines in the log."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from pytorch_lightning.callbacks import EarlyStopping

from rnnlab.training.callback.progress_bar import EpochBar


def fit(tiny: Any, folder: Path, bar: EpochBar) -> None:
    trainer = tiny.trainer(folder, bar, enable_progress_bar=True, max_epochs=2)
    trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    trainer.test(tiny.task(), datamodule=tiny.data("classification"), verbose=False)


def test_without_a_terminal_there_is_one_line_for_each_epoch_and_nothing_else(
    tiny: Any, tmp_path: Path, caplog: Any, capfd: Any
) -> None:
    caplog.set_level(logging.INFO, "rnnlab")
    fit(tiny, tmp_path, EpochBar("val/accuracy"))
    number = r"\d\.\d{4}"
    line = (
        rf"epoch \d/2: train/loss {number}, val/loss {number}, val/accuracy {number}, [\d,]+ tokens/s, \d+ s"
    )
    assert len(caplog.messages) == 2
    assert all(re.fullmatch(line, message) for message in caplog.messages)
    assert capfd.readouterr().err == ""


def test_in_a_terminal_a_bar_shows_epoch_loss_and_speed_and_goes(
    tiny: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], terminal: None
) -> None:
    bar = EpochBar(refresh=0.0)
    fit(tiny, tmp_path, bar)
    shown = capsys.readouterr().err
    assert re.search(r"epoch 2/2: .*5/8.*loss \d\.\d{4}, [\d,]+ tokens/s", shown)
    assert "validating" in shown
    assert re.search(r"test: .*8/8", shown)
    assert "v_num" not in shown
    assert shown.rstrip(" \r").endswith("\r") or shown.endswith("\r")


@pytest.mark.parametrize(
    ("stop", "settings", "reason"),
    [
        (
            [EarlyStopping("val/loss", patience=1, min_delta=9.0)],
            {},
            "val/loss has not improved for 1 validations",
        ),
        ([], {"max_time": {"milliseconds": 1}}, "the time of trainer.max_time is over"),
    ],
)
def test_the_log_says_why_a_training_ended_early(
    tiny: Any, tmp_path: Path, caplog: Any, stop: list[Any], settings: dict[str, Any], reason: str
) -> None:
    caplog.set_level(logging.INFO, "rnnlab")
    trainer = tiny.trainer(tmp_path, EpochBar(), *stop, enable_progress_bar=True, max_epochs=9, **settings)
    trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    assert caplog.messages[-1] == f"stopped: {reason}"
    assert trainer.current_epoch < 9

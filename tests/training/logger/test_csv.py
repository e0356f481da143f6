"""metrics.csv: rows, columns, resuming, and what a killed run leaves."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.training.logger.csv import CSVLogger


def read(folder: Path) -> list[dict[str, str]]:
    with (folder / "metrics.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_is_on_disk_when_the_call_returns(tmp_path: Path) -> None:
    logger = CSVLogger(tmp_path)
    logger.log_metrics({"train/loss": 0.1 + 0.2, "epoch": 0}, 50)
    assert (tmp_path / "metrics.csv").read_text() == "epoch,step,train/loss\n0,50,0.3\n"


def test_what_is_logged_at_one_step_shares_a_row_and_new_columns_come_last(tmp_path: Path) -> None:
    logger = CSVLogger(tmp_path)
    logger.log_metrics({"train/loss": 2.0, "epoch": 0}, 5)
    logger.log_metrics({"train/loss": 1.0, "epoch": 0}, 10)
    logger.log_metrics({"val/loss": torch.tensor(0.5), "epoch": 0}, 10)
    logger.log_metrics({"val/accuracy": 1.0}, 10)
    logger.log_metrics({"train/loss": 0.5, "epoch": 1}, 15)
    assert (tmp_path / "metrics.csv").read_text().splitlines() == [
        "epoch,step,train/loss,val/loss,val/accuracy",
        "0,5,2,,",
        "0,10,1,0.5,1",
        "1,15,0.5,,",
    ]


def test_a_row_without_a_step_belongs_to_the_last_one(tmp_path: Path) -> None:
    logger = CSVLogger(tmp_path)
    logger.log_metrics({"train/loss": 2.0, "epoch": 3}, 7)
    logger.log_metrics({"test/accuracy": 0.25})
    assert read(tmp_path) == [{"epoch": "3", "step": "7", "train/loss": "2", "test/accuracy": "0.25"}]


def test_rows_past_a_checkpoint_are_dropped_and_written_again(tmp_path: Path) -> None:
    first = CSVLogger(tmp_path)
    for step in (10, 20, 30):
        first.log_metrics({"train/loss": float(step), "epoch": step // 20}, step)
    resumed = CSVLogger(str(tmp_path))
    resumed.truncate_after(20)
    assert [row["step"] for row in read(tmp_path)] == ["10", "20"]
    resumed.log_metrics({"train/loss": 1.5, "epoch": 1}, 30)
    assert [row["train/loss"] for row in read(tmp_path)] == ["10", "20", "1.5"]


def test_a_new_logger_in_the_same_folder_goes_on(tmp_path: Path) -> None:
    CSVLogger(tmp_path).log_metrics({"train/loss": 1.0, "epoch": 0}, 1)
    logger = CSVLogger(tmp_path)
    logger.log_metrics({"val/loss": 2.0, "epoch": 0}, 1)
    logger.log_metrics({"train/loss": 3.0, "epoch": 0}, 2)
    assert [list(row.values()) for row in read(tmp_path)] == [["0", "1", "1", "2"], ["0", "2", "3", ""]]


def test_a_row_that_a_killed_run_left_unfinished_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text("epoch,step,train/loss\n0,1,2.5\n0,2,2.")
    logger = CSVLogger(tmp_path)
    logger.log_metrics({"train/loss": 1.0, "epoch": 0}, 3)
    assert [row["step"] for row in read(tmp_path)] == ["1", "3"]


@pytest.mark.parametrize("content", ["", "epoch,st"])
def test_a_file_that_was_hardly_begun_is_begun_again(tmp_path: Path, content: str) -> None:
    (tmp_path / "metrics.csv").write_text(content)
    CSVLogger(tmp_path).log_metrics({"train/loss": 1.0, "epoch": 0}, 3)
    assert (tmp_path / "metrics.csv").read_text() == "epoch,step,train/loss\n0,3,1\n"


def test_a_new_column_replaces_the_file_in_one_step(tmp_path: Path, monkeypatch: Any) -> None:
    logger = CSVLogger(tmp_path)
    logger.log_metrics({"train/loss": 1.0, "epoch": 0}, 1)

    def fail(*paths: Any) -> None:
        raise OSError("disk full")

    before = (tmp_path / "metrics.csv").read_bytes()
    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        logger.log_metrics({"val/loss": 1.0, "epoch": 0}, 2)
    assert (tmp_path / "metrics.csv").read_bytes() == before


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.floats(0, 1e6)), max_size=12))
def test_whatever_is_logged_comes_back(tmp_path_factory: Any, calls: list[tuple[int, str, float]]) -> None:
    folder = tmp_path_factory.mktemp("log")
    expected: list[tuple[int, dict[str, float]]] = []
    logger, step = CSVLogger(folder), 0
    for later, name, value in calls:
        step += later
        logger.log_metrics({name: value, "epoch": 0}, step)
        if not expected or expected[-1][0] != step:
            expected.append((step, {}))
        expected[-1][1][name] = value
    found = read(folder) if calls else []
    assert [int(row["step"]) for row in found] == [step for step, _ in expected]
    for row, (_, values) in zip(found, expected, strict=True):
        kept = {name: float(v) for name, v in row.items() if v and name not in ("epoch", "step")}
        assert kept == pytest.approx(values, rel=1e-6)

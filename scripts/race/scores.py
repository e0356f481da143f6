"""Scores of a peer's predictions, computed here and never taken from the peer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from lanes import Task

Evaluation = dict[str, Any]  # marks, at, answering, final, rows, validation, test


def predictions(folder: Path, split: str, mark: float) -> Any:
    """Return what a peer predicted at a mark: an array or a list.

    Raises:
        FileNotFoundError: it kept nothing there.
    """
    array, lines = folder / f"{split}_{mark:g}.npy", folder / f"{split}_{mark:g}.jsonl"
    if array.is_file():
        return np.load(array, allow_pickle=False)
    return [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]


def evaluations(task: Task, folder: Path, data: Path) -> list[Evaluation]:
    """Return the evaluations of a training with their scores, in the order of time.

    Raises:
        ValueError: predictions that do not fit the task, or none.
    """
    clock = folder / "clock.jsonl"
    lines = clock.read_text(encoding="utf-8").splitlines() if clock.is_file() else []
    found = [scored(task, folder, data, json.loads(line)) for line in lines]
    if not found:
        raise ValueError("the peer ended without a prediction")
    return found


def scored(task: Task, folder: Path, data: Path, line: dict[str, Any]) -> Evaluation:
    """Return a line of the peer's clock with the scores of its predictions."""
    evaluation: Evaluation = dict(line)
    for split in ("validation", "test"):
        given, truth = predictions(folder, split, line["marks"][0]), task.truth(data, split)
        if not len(given) or len(given) > len(truth):
            raise ValueError(f"{len(given)} predictions of the {len(truth)} rows of {split}")
        evaluation[split] = {name: float(value) for name, value in task.score(given, truth).items()}
        evaluation["rows"] = [len(given), len(truth)]
    return evaluation


def at_mark(task: Task, found: Sequence[Evaluation], mark: float) -> Evaluation | None:
    """Return the evaluation that counts at a mark: the best on validation of those made for it or before."""
    until = [one for one in found if min(one["marks"]) <= mark]
    return max(until, key=lambda one: sign(task) * one["validation"][task.measure], default=None)


def sign(task: Task) -> int:
    return 1 if task.higher else -1


def reached(task: Task, found: Sequence[Evaluation], target: float) -> float | None:
    """Return the seconds at which the test score first was no worse than a target; None: never."""
    times = [one["at"] for one in found if sign(task) * (one["test"][task.measure] - target) >= 0]
    return min(times, default=None)

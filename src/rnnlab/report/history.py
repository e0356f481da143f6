"""Reads metrics.csv: one series for each metric."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Series(NamedTuple):
    """The logged values of one metric in the order of the file; the three lists are equally long."""

    epochs: list[int]
    steps: list[int]
    values: list[float]


def read_history(path: Path) -> dict[str, Series]:
    """Read the metrics of a metrics.csv that have a value in at least one row; {} if there is no file.

    The columns are epoch, step and one for each metric; a blank cell was not logged in that row.

    Raises:
        OSError, ValueError: the file cannot be read, or is not a table of metrics.
    """
    if not path.is_file():
        return {}
    try:
        return _read(path)
    except (KeyError, TypeError, OverflowError, csv.Error) as error:
        raise ValueError(f"{path} is no table of metrics: {type(error).__name__} {error}") from error


def _read(path: Path) -> dict[str, Series]:
    history: dict[str, Series] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            place = int(float(row.pop("epoch") or 0)), int(float(row.pop("step") or 0))
            for name, value in row.items():
                if name and value:
                    series = history.setdefault(name, Series([], [], []))
                    series.epochs.append(place[0])
                    series.steps.append(place[1])
                    series.values.append(float(value))
    return history


def epoch_ends(history: Mapping[str, Series]) -> list[int]:
    """Return the last step of each epoch but the last, in order: the borders between epochs."""
    last: dict[int, int] = {}
    for series in history.values():
        for epoch, step in zip(series.epochs, series.steps, strict=True):
            last[epoch] = max(step, last.get(epoch, 0))
    return [last[epoch] for epoch in sorted(last)[:-1]]

"""Read a sweep's objectives from a finished run's folder."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnnlab.report.names import lower_is_better

OF_RESULT = ("training_seconds", "tokens_per_second")


class Missing(ValueError):
    """The run did not log an objective."""


def objective_of(path: Path, result: dict[str, Any], metrics: Sequence[str]) -> tuple[float, ...]:
    """Return the values of the metrics at the chosen checkpoint, in the order of the metrics.

    Raises:
        Missing: the run did not log one of them.
    """
    return tuple(_value(path, result, name) for name in metrics)


def _value(path: Path, result: dict[str, Any], name: str) -> float:
    found = result.get("metrics", {}).get(name)
    if name == "parameters":
        found = result.get("model", {}).get("parameters")
    elif name in OF_RESULT:
        found = result.get(name)
    elif found is None:
        found = _at_best(path / "metrics.csv", result, name)
    if found is None or found != found:
        raise Missing(f"the run has no {name}")
    return float(found)


def _at_best(table: Path, result: dict[str, Any], name: str) -> float | None:
    """Return a validation metric at the validation with the best monitored metric."""
    monitors = [metric for metric in result.get("metrics", {}) if metric.startswith("val/")]
    if not monitors or not table.is_file():
        return None
    with table.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row.get(monitors[0]) and row.get(name)]
    if not rows:
        return None
    best = min if lower_is_better(monitors[0]) else max
    return float(best(rows, key=lambda row: float(row[monitors[0]]))[name])

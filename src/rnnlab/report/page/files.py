"""A run's folder, read on demand; whatever is missing or broken is left out."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rnnlab.report.history import Series, read_history
from rnnlab.report.names import lower_is_better, split_of
from rnnlab.report.page.predictions import Predictions, read_predictions
from rnnlab.untrusted import read_json, read_yaml

MOST_TEXT = 1_000_000  # most characters of a text that a page shows


def lies_in(path: Path, folder: Path) -> bool:
    """Return whether a file is inside the folder, not a link out of it: pages are shared with others."""
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())


@dataclass(frozen=True)
class RunFiles:
    """One run's folder.

    Attributes:
        kind: its kind of problem, whose `cards`, `score_table` and `sections` the page shows; None if
            unknown.
    """

    path: Path
    kind: Any = None

    @cached_property
    def result(self) -> dict[str, Any]:
        """Return result.json."""
        try:
            found = read_json(self.path / "result.json")
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def config(self) -> dict[str, Any]:
        """Return the resolved config.yaml."""
        found = self._yaml("config.yaml")
        found = found if isinstance(found, dict) else {}
        return {name: part for name, part in found.items() if name != "task" or isinstance(part, dict)}

    @cached_property
    def overrides(self) -> list[str]:
        """Return the overrides as typed."""
        found = self.result.get("overrides")
        return [str(one) for one in (self._yaml("overrides.yaml") if found is None else found) or ()]

    @cached_property
    def history(self) -> dict[str, Series]:
        """Return metrics.csv."""
        try:
            return read_history(self.path / "metrics.csv")
        except (OSError, ValueError, csv.Error):
            return {}

    @cached_property
    def predictions(self) -> Predictions | None:
        """Return predictions.parquet."""
        return read_predictions(self.path / "predictions.parquet", self.part("data").get("classes"))

    @cached_property
    def samples(self) -> str:
        """Return samples.txt."""
        return self.text("samples.txt")

    def text(self, name: str, most: int = MOST_TEXT) -> str:
        """Read up to `most` characters of a text file; "" if it is missing or lies outside the folder."""
        path = self.path / name
        if not lies_in(path, self.path):
            return ""
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                return file.read(most)
        except OSError:
            return ""

    def part(self, name: str) -> dict[str, Any]:
        """Return a mapping of result.json; empty if it is missing."""
        found = self.result.get(name)
        return found if isinstance(found, dict) else {}

    @property
    def metrics(self) -> dict[str, float]:
        """Return the metrics of result.json that are numbers."""
        return {k: float(v) for k, v in self.part("metrics").items() if isinstance(v, int | float)}

    @property
    def task(self) -> str:
        return str(self.result.get("task") or self.config.get("task", {}).get("name", "?"))

    @property
    def model(self) -> str:
        return str(self.part("model").get("name", "?"))

    @property
    def status(self) -> str:
        return str(self.result.get("status", "unknown"))

    @property
    def monitor(self) -> tuple[str, bool]:
        """Return the metric that chose the checkpoint, and whether lower is better."""
        task = self.config.get("task") or {}
        named = task.get("monitor")
        if named is None:
            named = next((name for name in self.metrics if split_of(name) == "val"), "val/loss")
            return named, self.lower_is_better(named)
        return str(named), task.get("mode") == "min"

    def lower_is_better(self, name: str) -> bool:
        """Return the direction of a metric, as the run's kind has declared it."""
        return lower_is_better(name, self.result.get("metric_facts") or ())

    @property
    def best_step(self) -> int | None:
        """Return the training step of the best validation; None if none was logged."""
        name, lowest = self.monitor
        series = self.history.get(name)
        finite = (
            [pair for pair in zip(series.values, series.steps, strict=True) if pair[0] == pair[0]]
            if series
            else []
        )
        if not finite:
            return None
        value = (min if lowest else max)(pair[0] for pair in finite)
        return next(step for found, step in finite if found == value)

    def _yaml(self, name: str) -> Any:
        try:
            return read_yaml(self.path / name)
        except (OSError, ValueError):
            return None

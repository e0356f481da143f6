"""Texts with a count each, from any table that rnnlab reads; `conf/data/orders.yaml` names the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnlab.data.classification import ClassificationData
from rnnlab.data.numbers import Numbers, Reals
from rnnlab.data.tables import Labelled, read_targets


class CountRule(Reals):
    """Reads a label as a whole number of at least 0."""

    what = "a count"

    def find(self, label: str) -> float | None:
        number = super().find(label)
        return number if number is not None and number >= 0 and number.is_integer() else None

    def problem(self, label: str | None, column: str) -> str:
        wrong = label is None or super().find(label) is None
        return super().problem(label, column) if wrong else f"has the {column} {label}, which is no count"


@dataclass(frozen=True)
class Counts(Numbers):
    """How the rows are read, held out and labelled; only the rule for labels is new."""

    def targets(self, tables: Mapping[str, Any], files: Mapping[str, Path]) -> Labelled:
        return read_targets(tables, files, self.label_column, CountRule(), [], [], self.on_error)


class CountedTexts(ClassificationData):
    """The data module; it serves the kind `counts`."""

    serves, holds = ("counts",), "texts with a count each"
    spec = Counts

"""A number for each row, such as the stars of a review: the targets of regression. N rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnlab.data.files import Table
from rnnlab.data.labels import Classes, is_missing, plain
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.tables import COLUMN, DATE, Labelled, read_targets
from rnnlab.errors import SettingError

LARGEST = 1e30  # of a number; squares of larger ones overflow
STRATA = 10  # groups of similar numbers, from each of which the same fraction is held out
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)


class Reals:
    """Reads a label as a number: `3`, `-0.5`, `2e-3`.

    Args:
        names: words for the numbers 0, 1, 2, ..., such as low, medium, high; none by default.

    Attributes:
        dtype, what: see `rnnlab.data.tables.TargetRule`.
    """

    dtype, what = "float32", "a number"

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._names = Classes(names) if names else None

    def find(self, label: str) -> float | None:
        """Return the number of a label, or None if it is no finite number."""
        text = plain(label)
        if _NUMBER.fullmatch(text):
            value = float(text)
            return value if abs(value) <= LARGEST else None
        return None if self._names is None else self._names.find(text)

    def problem(self, label: str | None, column: str) -> str:
        """Return the error for a label that is no number, as a phrase that follows "row 3"."""
        if label is None or is_missing(label):
            return f"has no {column}"
        text = plain(label)
        said = f"has the {column} {text[:40]!r}, which is no number"
        if DATE.fullmatch(text):
            return f"{said} but looks like a date"
        if _COMMA.fullmatch(text):
            return f"{said}: write {text.replace(',', '.')}, with a point"
        if _NUMBER.fullmatch(text) or _INFINITE.fullmatch(text):
            return f"has the {column} {text[:40]!r}, which is not between -{LARGEST:g} and {LARGEST:g}"
        return said


@dataclass(frozen=True)
class Numbers(SplitSpec):
    """`SplitSpec` whose targets are numbers (N,) float32; `classes` are words for 0, 1, 2, ..."""

    def targets(self, tables: Mapping[str, Table], files: Mapping[str, Path]) -> Labelled:
        rule = Reals(self.classes or ())
        found = read_targets(tables, files, self.label_column, rule, [], [], self.on_error)
        exact = {rule.find(label or "") for label in set(found.tables["train"].labels)}
        rounded = len(exact) - len(np.unique(found.ids["train"]))
        if rounded <= 0:
            return found
        note = f"{rounded:,} of {len(exact):,} numbers differ beyond the seven digits that are kept"
        return found._replace(notes=[*found.notes, note])

    def check_train(self, targets: np.ndarray, classes: list[str], path: Path) -> list[str]:
        if targets.min() < targets.max():
            return []
        rule = f"every train row of {path} has the number {targets[0]:g}; at least two numbers are needed"
        raise SettingError(COLUMN, self.label_column, rule)

    def strata(self, targets: np.ndarray) -> np.ndarray:
        """Return groups (N,) of similar numbers, of about the same size."""
        ends = np.unique(np.quantile(targets, np.arange(1, STRATA) / STRATA))
        return np.searchsorted(ends, targets)

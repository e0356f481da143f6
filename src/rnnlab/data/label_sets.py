"""Several labels for each row, or none: the targets of a multi-label classification. N rows, C labels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnlab.data.files import Table, read_table
from rnnlab.data.labels import MISSING, Classes, class_names, plain
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.tables import COLUMN, MANY_CLASSES, Labelled, read_targets
from rnnlab.errors import SettingError

SETTING, SEPARATOR = "data.label_separator", ";"
RARE = 5  # train rows of a label with fewer are hardly learned from


def parts_of(cell: str | None, separator: str) -> list[str]:
    """Return the labels in a cell, in their order: parted by the separator, or a JSON list.

    An empty cell, or one that holds a missing value, has none.
    """
    text = (cell or "").strip()
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if isinstance(found, list):
            return [plain(str(one)) for one in found]
    return [one for part in text.split(separator) if (one := plain(part)) not in MISSING]


class LabelSet:
    """Reads a cell as flags (C,), one for each known label.

    Args:
        names: the labels in the order of their ids.
        separator: what stands between labels.

    Attributes:
        dtype, what: see `rnnlab.data.tables.TargetRule`.
    """

    dtype, what = "uint8", "a list of known labels"

    def __init__(self, names: Sequence[str], separator: str) -> None:
        self.classes, self.separator = Classes(names), separator

    def find(self, label: str) -> np.ndarray | None:
        """Return the flags of a cell, or None if one of its labels is unknown."""
        found = np.zeros(len(self.classes.names), dtype=np.uint8)
        for part in parts_of(label, self.separator):
            place = self.classes.find(part)
            if place is None:
                return None
            found[place] = 1
        return found

    def problem(self, label: str | None, column: str) -> str:
        """Return the error for an unknown label in a cell, as a phrase that follows "row 3"."""
        parts = parts_of(label, self.separator)
        unknown = next((part for part in parts if self.classes.find(part) is None), "")
        return self.classes.problem(unknown, column)


@dataclass(frozen=True)
class LabelSets(SplitSpec):
    """`SplitSpec` whose targets are flags (N, C) uint8 of the labels that each row has.

    Args:
        separator: one or more characters between the labels of a cell.
    """

    separator: str = SEPARATOR

    def table(self, path: Path) -> Table:
        form, error = self.form, self.on_error
        return read_table(path, self.text_column, self.label_column, form, error, nested=True)

    def targets(self, tables: Mapping[str, Table], files: Mapping[str, Path]) -> Labelled:
        sets = [parts_of(cell, self.separator) for cell in tables["train"].labels]
        names = list(self.classes or class_names({part for parts in sets for part in parts}))
        self.check_names(names, len(sets), files["train"])
        notes = []
        if max(map(len, sets)) < 2:
            notes.append(f"no train row has two labels: {SETTING}={self.separator} parts none")
        if none := sum(not parts for parts in sets):
            notes.append(f"{none:,} of {len(sets):,} train rows have no label")
        rule = LabelSet(names, self.separator)
        return read_targets(tables, files, self.label_column, rule, names, notes, self.on_error)

    def check_names(self, names: Sequence[str], rows: int, path: Path) -> None:
        """Refuse a column with fewer than two different labels, or with nearly as many as rows."""
        if len(names) < 2:
            rule = f"the rows of {path} have {len(names)} label, and at least two different ones are needed"
            raise SettingError(COLUMN, self.label_column, f"{rule}; {SETTING}={self.separator} parts them")
        if len(names) >= MANY_CLASSES and 2 * len(names) > rows and not self.classes:
            rule = f"gives {len(names):,} labels to the {rows:,} rows of {path}, fewer than two rows a label"
            hint = f"name the column of the labels, and what parts them: {SETTING}={self.separator}"
            raise SettingError(COLUMN, self.label_column, f"{rule}\n{hint}")

    def check_train(self, targets: np.ndarray, classes: list[str], path: Path) -> list[str]:
        counts = targets.sum(axis=0, dtype=np.int64)
        if not counts.any():
            raise SettingError(COLUMN, self.label_column, f"no train row of {path} has a label")
        rare = [name for name, count in zip(classes, counts.tolist(), strict=True) if count < RARE]
        shown = ", ".join(rare[:5]) + (", ..." if len(rare) > 5 else "")
        note = f"{len(rare)} of {len(classes)} labels have fewer than {RARE} train rows: {shown}"
        return [note] if rare else []

    def counts(self, targets: np.ndarray, classes: list[str]) -> list[int]:
        counts: list[int] = targets.sum(axis=0, dtype=np.int64).tolist()
        return counts

    def strata(self, targets: np.ndarray) -> np.ndarray:
        """Return the rarest label of each row (N,), of each the same fraction is held out; -1 for none."""
        counts = targets.sum(axis=0, dtype=np.int64)
        rarity = np.where(targets > 0, counts, np.iinfo(np.int64).max)  # (N, C)
        return np.where(targets.any(axis=1), rarity.argmin(axis=1), -1)

"""The settings that decide which rows a split has and what the target of each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.cache import Split
from rnnlab.data.file_format import Asked, Format, check_format
from rnnlab.data.files import ON_ERROR, Table, read_table
from rnnlab.data.tables import Labelled, check_classes, label_tables
from rnnlab.errors import SettingError

SPLITS = ("train", "validation", "test")


def pair_of(columns: Sequence[str]) -> tuple[str, str]:
    """Return the names of two columns; raises SettingError for another number."""
    if len(columns) != 2:
        rule = "must be one column, or two for pairs of texts"
        raise SettingError("data.text_column", f"[{','.join(columns)}]", rule)
    return columns[0], columns[1]


@dataclass(frozen=True)
class SplitSpec:
    """The settings that decide which rows a split has and what their ids and labels are.

    Two text columns make each row a pair of texts (`rnnlab.text.pairs`).

    Labels are classes; data of another target, such as a number, override `targets` and `strata`.
    """

    text_column: str | tuple[str, str]
    label_column: str
    classes: tuple[str, ...] | None
    validation_fraction: float
    test_fraction: float
    split_seed: int
    split_block: int = 1
    form: Format = field(default_factory=Format)
    on_error: str = "stop"
    train_rows: int | None = None

    def __post_init__(self) -> None:
        """Check the values; raises SettingError."""
        if not isinstance(self.text_column, str):
            object.__setattr__(self, "text_column", pair_of(self.text_column))
        check_format(self.form, Asked())
        if self.on_error not in ON_ERROR:
            rule = "must say what a broken row does"
            raise SettingError("data.on_error", self.on_error, rule, names=ON_ERROR)

    @property
    def pairs(self) -> bool:
        """Whether each row is a pair of texts."""
        return not isinstance(self.text_column, str)

    def key(self, splits: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings that change the corpus, given the splits that the source has."""
        unused = {f"{name}_fraction" for name in splits}
        if set(splits) >= set(SPLITS):
            unused |= {"split_seed", "split_block"}
        if self.split_block == 1:
            unused.add("split_block")  # as it was before there were blocks
        if self.train_rows is None:
            unused.add("train_rows")
        elif set(splits) >= set(SPLITS):
            unused.discard("split_seed")  # it draws the train rows
        unused |= {
            name for name, value in (("form", Format()), ("on_error", "stop")) if getattr(self, name) == value
        }
        found = {name: value for name, value in asdict(self).items() if name not in unused}
        own = type(self)
        return found if own is SplitSpec else {**found, "targets": f"{own.__module__}.{own.__qualname__}"}

    def key_of_texts(self) -> dict[str, Any]:
        """Return the part of the cache key that matters for texts without labels."""
        return {
            name: value for name, value in self.key({}).items() if name in ("text_column", "form", "on_error")
        }

    def table(self, path: Path) -> Table:
        """Read the texts and labels of a file."""
        return read_table(path, self.text_column, self.label_column, self.form, self.on_error)

    def targets(self, tables: Mapping[str, Table], files: Mapping[str, Path]) -> Labelled:
        """Return the valid rows of each split's table, and their targets.

        Raises:
            SettingError: a label is missing or wrong; names the first row.
        """
        return label_tables(tables, files, self.label_column, self.classes, self.on_error)

    def check_train(self, targets: np.ndarray, classes: list[str], path: Path) -> list[str]:
        """Return notes on the targets of the train rows.

        Raises:
            SettingError: nothing can be learned from them.
        """
        return check_classes(targets, classes, path) if classes else []

    def counts(self, targets: np.ndarray, classes: list[str]) -> list[int]:
        """Return the number of rows of each class, given the targets of all."""
        counts: list[int] = np.bincount(targets, minlength=len(classes)).tolist()
        return counts

    def strata(self, targets: np.ndarray) -> np.ndarray:
        """Return groups (N,), from each of which the same fraction is held out, or drawn for `train_rows`."""
        return targets

    def texts(self, files: Mapping[str, Path], split: Split) -> list[str]:
        """Read the raw texts of a split from their file, in the order of its rows."""
        table = self.table(files[split.file])
        places = np.searchsorted(np.asarray(table.rows), split.rows + 1)  # rows of a file ascend
        return [table.texts[place] for place in places.tolist()]

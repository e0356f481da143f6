"""Converts the labels of all tables of a data set to class ids, by the rule of `rnnlab.data.labels`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from rnnlab.data.files import SKIP, Table
from rnnlab.data.labels import class_names, classes_of, is_missing, plain, whole
from rnnlab.data.record import Row
from rnnlab.errors import SettingError

COLUMN = "data.label_column"
MANY_CLASSES = 10  # fewer are accepted with very few rows each, as in a first try with a few texts
_DECIMAL = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+(?:[eE][+-]?[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?|[0-9]{1,2}([./])[0-9]{1,2}\2[0-9]{2,4}( .*)?")


class Labelled(NamedTuple):
    """Tables with what is to be predicted of each row.

    Attributes:
        classes: names in the order of their ids; none where the targets are no classes.
        tables: the sound rows of each split. ids: their class ids (N,) int64, or numbers (N,) float32, or
            flags (N, C) uint8 of the labels that each has.
        notes: sentences for the log and the report.
        skipped: number of rows left out, by split, where there are any.
    """

    classes: list[str]
    tables: dict[str, Table]
    ids: dict[str, np.ndarray]
    notes: list[str]
    skipped: dict[str, int]


class TargetRule(Protocol):
    """Conversion of a cell of the label column to a target.

    Attributes:
        dtype: of the targets. what: what a label is to be, in words: "a class".
    """

    dtype: Any
    what: str

    def find(self, label: str) -> Any:
        """Return the target of a label, or None where it has none."""

    def problem(self, label: str | None, column: str) -> str:
        """Return the error for a label without a target, as a phrase that follows "row 3"."""


def label_tables(
    tables: Mapping[str, Table],
    files: Mapping[str, Path],
    column: str,
    given: Sequence[str] | None,
    on_error: str = "stop",
) -> Labelled:
    """Return the class id of every row of every table.

    Args:
        column: the name of the label column, for messages.
        given: the classes; None takes those of the train table.
        on_error: `skip` leaves out rows whose label is missing or no class.

    Raises:
        SettingError: a label is missing or no class (names the first row and the count), or the classes are
            not given and there are nearly as many as rows.
    """
    names, notes = list(given or ()), []
    if not names:
        names = class_names(plain(one) for one in set(tables["train"].labels) if one and not is_missing(one))
        notes = doubts(names, len(tables["train"].labels), column, files["train"])
    typed = {plain(one) for table in tables.values() if table.typed for one in set(table.labels) if one}
    places = given is not None and all(table.places for table in tables.values())
    rule: TargetRule = classes_of(names, typed, places)
    return read_targets(tables, files, column, rule, names, notes, on_error)


def read_targets(
    tables: Mapping[str, Table],
    files: Mapping[str, Path],
    column: str,
    rule: TargetRule,
    names: list[str],
    notes: list[str],
    on_error: str = "stop",
) -> Labelled:
    """Return the target of every row of every table, by a rule.

    Args:
        names, notes: of the classes, if the targets are some, and on the column.

    Raises:
        SettingError: a label has no target; names the first row and the count.
    """
    if on_error == "skip":
        tables = {split: _without_wrong(table, rule) for split, table in tables.items()}
    ids = {split: _ids(table, rule, files[split], column) for split, table in tables.items()}
    notes = notes + [note for table in tables.values() for note in table.notes]
    notes += [_left_out(table, files[split]) for split, table in tables.items() if table.broken]
    skipped = {split: len(table.broken) for split, table in tables.items() if table.broken}
    return Labelled(names, dict(tables), ids, notes, skipped)


def _ids(table: Table, rule: TargetRule, path: Path, column: str) -> np.ndarray:
    if not table.labels:
        raise SettingError(COLUMN, column, f"no row of {path} has a label that is {rule.what}")
    known = {label: rule.find(label or "") for label in set(table.labels)}
    wrong = [place for place, label in enumerate(table.labels) if known[label] is None]
    if wrong:
        first, more = wrong[0], len(wrong) - 1
        said = f"row {table.rows[first]} of {path} {rule.problem(table.labels[first], 'label')}"
        said += f", nor have {more:,} more" if more else ""
        raise SettingError(COLUMN, column, f"{said}; {SKIP}")
    return np.array([known[label] for label in table.labels], dtype=rule.dtype)


def _without_wrong(table: Table, rule: TargetRule) -> Table:
    """Move the rows whose label has no target to the broken ones."""
    known = {label: rule.find(label or "") is not None for label in set(table.labels)}
    if all(known.values()):
        return table
    kept = [place for place, label in enumerate(table.labels) if known[label]]
    wrong = [
        Row(table.rows[place], (), rule.problem(label, "label"))
        for place, label in enumerate(table.labels)
        if not known[label]
    ]
    return table._replace(
        texts=[table.texts[place] for place in kept],
        labels=[table.labels[place] for place in kept],
        rows=[table.rows[place] for place in kept],
        broken=tuple(sorted((*table.broken, *wrong))),
    )


def _left_out(table: Table, path: Path) -> str:
    first, count = table.broken[0], len(table.broken)
    rows = f"{count:,} rows" if count > 1 else "1 row"
    return f"{rows} of {path.name} left out (data.on_error=skip); the first is {first}, which {first.problem}"


def doubts(classes: Sequence[str], rows: int, column: str, path: Path) -> list[str]:
    """Return notes on classes from a column that look like scores or dates.

    Raises:
        SettingError: fewer than two rows a class, with ten classes or more.
    """
    if len(classes) >= MANY_CLASSES and 2 * len(classes) > rows:
        rule = f"gives {len(classes):,} classes to the {rows:,} rows of {path}, fewer than two rows a class"
        hint = "name the column of the labels, or with data.classes=[...] the classes that are meant"
        raise SettingError(COLUMN, column, f"{rule}\n{hint}")
    if all(map(DATE.fullmatch, classes)) and classes:
        kind = "dates"
    elif all(map(_DECIMAL.fullmatch, classes)) and any(
        whole(name) is None for name in classes if "." in name
    ):
        kind = "numbers with decimals"
    else:
        return []
    example = ", ".join(classes[:3])
    return [f"the {len(classes)} classes look like {kind} ({example}): each different value became one"]


def check_classes(labels: np.ndarray, classes: list[str], path: Path) -> list[str]:
    """Return a note on classes without train rows; raises SettingError if fewer than two classes have any."""
    counts = np.bincount(labels, minlength=len(classes))
    present = [name for name, count in zip(classes, counts, strict=True) if count]
    if len(present) < 2:
        rule = f"every train row of {path} is of class {', '.join(present)}; at least two classes are needed"
        raise SettingError("data.classes", f"[{','.join(classes)}]", rule)
    absent = [name for name in classes if name not in present]
    return [f"no train row is of class {', '.join(absent)}"] if absent else []

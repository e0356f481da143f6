"""The tables of a data set to class ids, all files together, by the one rule of `rnnlab.data.labels`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnlab.data.files import Table
from rnnlab.data.labels import Classes, class_names, classes_of, is_missing, plain, whole
from rnnlab.errors import SettingError

COLUMN = "data.label_column"
MANY_CLASSES = 10  # fewer may have hardly a row each, as in a first try with a handful of texts
_DECIMAL = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+(?:[eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?|[0-9]{1,2}([./])[0-9]{1,2}\2[0-9]{2,4}( .*)?")


class Labelled(NamedTuple):
    """The classes in the order of their ids, each table's class ids (N,) int64, and what there is to say."""

    classes: list[str]
    ids: dict[str, np.ndarray]
    notes: list[str]


def label_tables(
    tables: Mapping[str, Table], files: Mapping[str, Path], column: str, given: Sequence[str] | None
) -> Labelled:
    """Class ids of every row of every table.

    Args:
        column: the name of the label column, for messages.
        given: the classes; None takes those of the train table.

    Raises:
        SettingError: a label is missing or no class (with its row and how many there are), or there are
            nearly as many classes as rows and nobody named them.
    """
    names, notes = list(given or ()), []
    if not names:
        names = class_names(plain(one) for one in set(tables["train"].labels) if one and not is_missing(one))
        notes = doubts(names, len(tables["train"].labels), column, files["train"])
    typed = {plain(one) for table in tables.values() if table.typed for one in table.labels if one}
    rule = classes_of(names, typed)
    ids = {split: _ids(table, rule, files[split], column) for split, table in tables.items()}
    return Labelled(names, ids, notes)


def _ids(table: Table, rule: Classes, path: Path, column: str) -> np.ndarray:
    known = {label: rule.find(label or "") for label in set(table.labels)}
    wrong = [place for place, label in enumerate(table.labels) if known[label] is None]
    if wrong:
        first, more = wrong[0], len(wrong) - 1
        rule_said = f"row {table.rows[first]} of {path} {rule.problem(table.labels[first], 'label')}"
        rule_said += f"; {more:,} more such row{'s' if more > 1 else ''}" if more else ""
        raise SettingError(COLUMN, column, rule_said)
    return np.fromiter((known[label] for label in table.labels), dtype=np.int64, count=len(table.labels))


def doubts(classes: Sequence[str], rows: int, column: str, path: Path) -> list[str]:
    """Notes on classes that were taken from a column and look like something else: scores, dates.

    Raises:
        SettingError: fewer than two rows a class, with ten classes or more.
    """
    if len(classes) >= MANY_CLASSES and 2 * len(classes) > rows:
        rule = f"gives {len(classes):,} classes to the {rows:,} rows of {path}, fewer than two rows a class"
        hint = "name the column of the labels, or with data.classes=[...] the classes that are meant"
        raise SettingError(COLUMN, column, f"{rule}\n{hint}")
    if all(map(_DATE.fullmatch, classes)) and classes:
        kind = "dates"
    elif all(map(_DECIMAL.fullmatch, classes)) and any(
        whole(name) is None for name in classes if "." in name
    ):
        kind = "numbers with decimals"
    else:
        return []
    example = ", ".join(classes[:3])
    return [f"the {len(classes)} classes look like {kind} ({example}): each different value became one"]

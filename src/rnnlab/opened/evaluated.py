"""Rows with known labels and what a classifier says of them. Shapes: N rows, C classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnlab.data.labels import Classes, classes_of
from rnnlab.errors import SettingError
from rnnlab.opened.classify import probabilities
from rnnlab.opened.rows import FORMATS, Row, read_rows
from rnnlab.opened.run import OpenRun
from rnnlab.report.names import tested
from rnnlab.report.page.predictions import Predictions, read_predictions

SPLITS = ("train", "validation", "test")
OPTION = "--path"


@dataclass(frozen=True)
class Evaluated:
    """Predictions, calibrated as the run was, where their rows came from, and rows that were left out.

    `unread` has the numbers and notes of rows of which the model knows nothing; of a test that the run left
    its `result.json` has the count of the empty ones.
    """

    predictions: Predictions
    source: str
    skipped: tuple[Row, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()


def split_rows(run: OpenRun, split: str, progress: bool = False) -> Evaluated:
    """A split of the run's own data; of the test those that the run left, where it was tested whole.

    Raises:
        SettingError: the data have changed since, or are not to be found.
    """
    if split == tested(run.result):
        left = read_predictions(run.folder.predictions, run.classes)
        rows = (run.result.get("data") or {}).get("rows") or {}
        if left is not None and len(left.labels) == rows.get(split):
            return Evaluated(left.at(run.temperature), f"{split} split, as the run predicted it")
    data = run.data()
    texts, labels = data.split_texts(split), np.asarray(data.encoded(split).labels, np.int64)
    return _evaluated(run, np.arange(len(texts)), texts, labels, f"{split} split", progress)


def _evaluated(
    run: OpenRun,
    numbers: np.ndarray,
    texts: list[str],
    labels: np.ndarray,
    source: str,
    progress: bool,
    skipped: tuple[Row, ...] = (),
) -> Evaluated:
    """Rows by their numbers and labels (N,), predicted."""
    encoded = run.encode(texts)
    shares, notes = probabilities(run, texts, progress, encoded=encoded), run.notes(texts, encoded)
    unread = tuple((number, note) for number, note in zip(numbers.tolist(), notes, strict=True) if note)
    return Evaluated(Predictions(numbers, texts, labels, shares, run.classes), source, skipped, unread)


def file_rows(
    run: OpenRun, path: Path, form: str | None, columns: tuple[str, str], skip: bool, progress: bool = False
) -> Evaluated:
    """The rows of a .csv, .tsv, .jsonl or .parquet file, numbered from 1.

    Args:
        form: what the file must be; None takes any of them.
        columns: the names of its texts and of its labels, by the rule of `rnnlab.data.labels`.
        skip: leave broken rows out and count them.

    Raises:
        SettingError: the file cannot be read, lacks a column, has a broken row or no row.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None or form not in (None, kind):
        rule = f"must end with {', '.join(FORMATS)}" if kind is None else f"is no {form} by its ending"
        raise SettingError(OPTION, path, rule)
    if path.is_dir():
        raise SettingError(OPTION, path, "is a folder")
    classes = classes_of(run.classes)
    sound: list[tuple[int, str, int]] = []
    broken: list[Row] = []
    for row in _labelled(read_rows(path, columns, OPTION), columns[1], classes):
        if row.problem and not skip:
            rule = f"row {row.number} {row.problem}; --on-error skip leaves such rows out"
            raise SettingError(OPTION, path, rule)
        if row.problem:
            broken.append(row)
        else:
            sound.append((row.number, row.cells[columns[0]], classes.find(row.cells[columns[1]]) or 0))
    if not sound:
        raise SettingError(OPTION, path, "has no sound row" if broken else "has no rows")
    numbers, texts, labels = (list(part) for part in zip(*sound, strict=True))
    rows = np.array(numbers), texts, np.array(labels)
    return _evaluated(run, *rows, str(path), progress, tuple(broken))  # type: ignore[arg-type]


def _labelled(rows: Iterator[Row], column: str, rule: Classes) -> Iterator[Row]:
    """The rows; one whose label is no class is broken."""
    for row in rows:
        label = row.cells.get(column)
        if row.problem or (label is not None and rule.find(label) is not None):
            yield row
        else:
            yield row._replace(problem=rule.problem(label, column))

"""Predictions of a classifier on rows with known labels. Shapes: N rows, C classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rnnlab.data.file_format import FORMATS, Asked, Format, unknown_ending
from rnnlab.data.labels import Classes, classes_of
from rnnlab.data.record import Row
from rnnlab.data.record_parquet import has_integers, is_class_label
from rnnlab.data.records import read_records
from rnnlab.errors import SettingError
from rnnlab.report.names import tested
from rnnlab.report.page.predictions import Predictions, read_predictions
from rnnlab.run.folder.classify import probabilities
from rnnlab.run.folder.open_run import OpenRun

SPLITS = ("train", "validation", "test")
OPTION = "--path"


@dataclass(frozen=True)
class Evaluated:
    """Calibrated predictions on labelled rows.

    Attributes:
        source: the split or file of the rows.
        skipped: rows that were left out.
        unread: numbers and notes of rows without a known token; empty for predictions that the run saved,
            whose empty rows its `result.json` counts.
        notes: sentences on the detected format of the file.
    """

    predictions: Predictions
    source: str
    skipped: tuple[Row, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()


def split_rows(run: OpenRun, split: str, progress: bool = False) -> Evaluated:
    """Evaluate a split of the run's own data, rows numbered from 1.

    Takes the predictions that the run saved if it was tested on the whole split.

    Raises:
        SettingError: the data have changed since, or are missing.
    """
    if split == tested(run.result):
        left = read_predictions(run.folder.predictions, run.classes)
        rows = (run.result.get("data") or {}).get("rows") or {}
        if left is not None and len(left.labels) == rows.get(split):
            left = replace(left.at(run.temperature), rows=left.rows + 1)
            return Evaluated(left, f"{split} split, as the run predicted it")
    data = run.data()
    texts, labels = data.split_texts(split), np.asarray(data.encoded(split).labels, np.int64)
    return _evaluated(run, np.arange(1, len(texts) + 1), texts, labels, f"{split} split", progress)


def _evaluated(
    run: OpenRun,
    numbers: np.ndarray,
    texts: list[str],
    labels: np.ndarray,
    source: str,
    progress: bool,
    skipped: tuple[Row, ...] = (),
) -> Evaluated:
    """Predict texts with row numbers (N,) and labels (N,)."""
    encoded = run.encode(texts)
    shares, notes = probabilities(run, texts, progress, encoded=encoded), run.notes(texts, encoded)
    unread = tuple((number, note) for number, note in zip(numbers.tolist(), notes, strict=True) if note)
    return Evaluated(Predictions(numbers, texts, labels, shares, run.classes), source, skipped, unread)


def file_rows(
    run: OpenRun,
    path: Path,
    kind: str | None,
    columns: tuple[str, str],
    skip: bool,
    progress: bool = False,
    form: Format | None = None,
) -> Evaluated:
    """Evaluate the rows of a .csv, .tsv, .jsonl or .parquet file, numbered from 1.

    Args:
        kind: required format of the file; None accepts any.
        columns: names of the text and label columns; see `rnnlab.data.labels` for the labels.
        skip: leave broken rows out and count them.
        form: format of the file; None detects it.

    Raises:
        SettingError: the file cannot be read, lacks a column, has a broken row or no row.
    """
    asked, notes = Asked(OPTION, "--"), list[str]()
    if path.suffix.lower() not in FORMATS:
        raise unknown_ending(path, [*FORMATS], asked)
    if kind not in (None, FORMATS[path.suffix.lower()]):
        raise SettingError(OPTION, path, f"is no {kind} by its ending")
    rows = list(read_records(path, columns, form or Format(), asked, notes))
    labels = {row.cells[1] or "" for row in rows if row.cells}
    typed = labels if rows and has_integers(path, columns[1]) else ()
    named = run.config.data.get("classes") is not None
    classes = classes_of(run.classes, typed, named and is_class_label(path, columns[1]))
    known = {label: classes.find(label) for label in labels}
    checked = [_checked(row, classes, columns, known) for row in rows]
    broken = tuple(row for row in checked if row.problem)
    if broken and not skip:
        rule = f"{broken[0]} {broken[0].problem}; --on-error skip leaves such rows out"
        raise SettingError(OPTION, path, rule)
    sound = [row for row in checked if not row.problem]
    if not sound:
        raise SettingError(OPTION, path, "has no sound row" if broken else "has no rows")
    ids = np.array([known[row.cells[1] or ""] for row in sound], np.int64)
    texts = [row.cells[0] or "" for row in sound]
    numbers = np.array([row.number for row in sound])
    return replace(_evaluated(run, numbers, texts, ids, str(path), progress, broken), notes=tuple(notes))


def _checked(row: Row, classes: Classes, columns: tuple[str, str], known: dict[str, int | None]) -> Row:
    """Return the row, marked as broken if it has no text or its label is no class."""
    if row.problem:
        return row
    text, label = row.cells
    if text is None:
        return row._replace(problem=f"has no {columns[0]}")
    return row if known[label or ""] is not None else row._replace(problem=classes.problem(label, columns[1]))

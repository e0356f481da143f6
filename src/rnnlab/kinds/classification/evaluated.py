"""Predictions of a classifier on rows with known labels. Shapes: N rows, C classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.data.file_format import Asked, Format
from rnnlab.data.labels import Classes, classes_of
from rnnlab.data.record import Row
from rnnlab.data.record_parquet import has_integers, is_class_label
from rnnlab.data.records import read_records
from rnnlab.kinds.classification.answer import probabilities
from rnnlab.kinds.rows import OPTION, columns_of, file_of, sound_rows
from rnnlab.report.names import tested
from rnnlab.report.page.predictions import Predictions, read_predictions

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.use import EvaluationRequest


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


def split_rows(run: FinishedRun, split: str, progress: bool = False) -> Evaluated:
    """Evaluate a split of the run's own data, rows numbered from 1.

    Takes the predictions that the run saved if it was tested on the whole split.

    Raises:
        SettingError: the data have changed since, or are missing.
    """
    saved = saved_rows(run, split)
    if saved is not None:
        return saved
    data = run.data()
    texts, labels = data.split_texts(split), np.asarray(data.encoded(split).labels, np.int64)
    return _evaluated(run, np.arange(1, len(texts) + 1), texts, labels, f"{split} split", progress)


def saved_rows(run: FinishedRun, split: str) -> Evaluated | None:
    """Return the predictions that the run saved; None unless it was tested on the whole split."""
    if split == tested(run.result):
        left = read_predictions(run.folder.predictions, run.classes)
        rows = (run.result.get("data") or {}).get("rows") or {}
        if left is not None and len(left.labels) == rows.get(split):
            left = replace(left.at(run.temperature), rows=left.rows + 1)
            return Evaluated(left, f"{split} split, as the run predicted it")
    return None


def _evaluated(
    run: FinishedRun,
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


def file_rows(run: FinishedRun, request: EvaluationRequest) -> Evaluated:
    """Evaluate the rows of a .csv, .tsv, .jsonl or .parquet file, numbered from 1.

    See `rnnlab.data.labels` for what the label column may hold.

    Raises:
        SettingError: the file cannot be read, lacks a column, has a broken row or no row.
    """
    path, columns, notes = file_of(request), request.columns, list[str]()
    rows = list(read_records(path, columns_of(request), request.form or Format(), Asked(OPTION, "--"), notes))
    labels = {row.cells[1] or "" for row in rows if row.cells}
    typed = labels if rows and has_integers(path, columns[1]) else ()
    named = run.config.data.get("classes") is not None
    classes = classes_of(run.classes, typed, named and is_class_label(path, columns[1]))
    known = {label: classes.find(label) for label in labels}
    sound, broken = sound_rows([_checked(row, classes, columns, known) for row in rows], request)
    ids = np.array([known[row.cells[1] or ""] for row in sound], np.int64)
    texts = [row.cells[0] or "" for row in sound]
    numbers = np.array([row.number for row in sound])
    found = _evaluated(run, numbers, texts, ids, str(path), request.progress, broken)
    return replace(found, notes=tuple(notes))


def _checked(row: Row, classes: Classes, columns: tuple[str, str], known: dict[str, int | None]) -> Row:
    """Return the row, marked as broken if it has no text or its label is not a class."""
    if row.problem:
        return row
    text, label = row.cells
    if text is None:
        return row._replace(problem=f"has no {columns[0]}")
    return row if known[label or ""] is not None else row._replace(problem=classes.problem(label, columns[1]))

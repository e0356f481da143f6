"""Evaluation of a classifier of series on a split of its data, or on a file. N rows, C classes."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.record import Row
from rnnlab.errors import SettingError
from rnnlab.kinds.classification.evaluated import Evaluated, saved_rows
from rnnlab.kinds.classification.evaluation import evaluation_of
from rnnlab.kinds.classification.predictions import as_text
from rnnlab.kinds.classification.series.answer import SeriesClasses
from rnnlab.kinds.rows import read_rows, sound_rows
from rnnlab.kinds.use import Evaluation, EvaluationRequest
from rnnlab.report.page.predictions import Predictions

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun


def evaluate(run: FinishedRun, request: EvaluationRequest) -> Evaluation:
    """Measure the run on a split of its data, or on a file of series and labels.

    Raises:
        SettingError: the data have changed since, or the file cannot be read.
    """
    found = split_rows(run, request.split) if request.path is None else file_rows(run, request)
    return evaluation_of(run, request, found)


def split_rows(run: FinishedRun, split: str) -> Evaluated:
    """Evaluate a split of the run's own data, rows numbered from 1; saved predictions are taken."""
    saved = saved_rows(run, split)
    if saved is not None:
        return saved
    data = run.data()
    series, labels = data.inputs(split), data.targets(split)
    return predicted(run, np.arange(1, len(series) + 1), series, labels, f"{split} split")


def file_rows(run: FinishedRun, request: EvaluationRequest) -> Evaluated:
    """Evaluate the rows of a file: a column of series, as JSON lists, and one of labels."""
    answers, notes = SeriesClasses.of_run(run), list[str]()
    check = partial(_checked, answers, {name: i for i, name in enumerate(run.classes)})
    sound, broken = sound_rows([check(row) for row in read_rows(request, notes, nested=True)], request)
    ids = np.array([run.classes.index(str(row.cells[1])) for row in sound], np.int64)
    series = [json.loads(row.cells[0] or "") for row in sound]
    found = predicted(run, np.array([row.number for row in sound]), series, ids, str(request.path))
    return Evaluated(found.predictions, found.source, broken, notes=tuple(notes))


def _checked(answers: SeriesClasses, classes: dict[str, int], row: Row) -> Row:
    """Return the row, marked as broken if it is no series or its label is not a class."""
    if row.problem:
        return row
    if row.cells[1] not in classes:
        return row._replace(problem=f"has the label {row.cells[1]}, and the classes are {', '.join(classes)}")
    try:
        answers.values_of(json.loads(row.cells[0] or ""))
    except (ValueError, SettingError) as error:
        return row._replace(problem=f"is no series: {error}")
    return row


def predicted(
    run: FinishedRun, numbers: np.ndarray, series: Any, labels: np.ndarray, source: str
) -> Evaluated:
    """Predict series with row numbers (N,) and labels (N,)."""
    answers = SeriesClasses.of_run(run)
    shares = answers.probabilities(series)
    texts = [as_text(row.tolist()) for row in answers.encode(series)]
    return Evaluated(Predictions(numbers, texts, np.asarray(labels, np.int64), shares, run.classes), source)

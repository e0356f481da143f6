"""Outputs of a finished training: predictions.parquet and the metrics of the test."""

from __future__ import annotations

from rnnlab.kinds.forecasting.predicted import predicted_of, sums_of, write_predictions
from rnnlab.kinds.work import Outputs, Work


def write_outputs(work: Work) -> Outputs:
    """Write predictions.parquet, and return the metrics of the test besides those of its sums."""
    columns = {name: values.numpy() for name, values in work.task.columns.items()}
    split = "test" if work.has_test else "validation"
    found = predicted_of(work.data, split, columns, work.task.levels)
    write_predictions(work.folder.predictions, found, sums_of(columns), work.data.table)
    return Outputs()

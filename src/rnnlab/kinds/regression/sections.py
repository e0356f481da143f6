"""A regression's sections of a run's page: predictions against labels, and residuals. N rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.kinds.row_saved import LABEL, PREDICTED, ROW, columns_of
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.parts import Chart, Part, Section, Table
from rnnlab.report.tables import number

MOST_DOTS = 500  # of a chart, drawn from all rows
MOST_GROUPS = 10  # of labels in a table
MOST_ROWS = 200  # that are shown in a logger


def sections(files: RunFiles) -> list[Section]:
    """Return charts of the predictions and a table of errors by label; none without predictions."""
    found = columns_of(files.path / "predictions.parquet")
    if found is None:
        return []
    label, predicted = (found[name].astype(np.float64) for name in (LABEL, PREDICTED))
    parts: list[Part] = [*charts(label, predicted), by_label(label, predicted)]
    return [Section("residuals", "Predictions and residuals", parts)]


def charts(label: np.ndarray, predicted: np.ndarray) -> list[Part]:
    """Return predictions against labels, residuals against predictions, and how residuals are spread."""
    rows = np.arange(len(label))
    if len(rows) > MOST_DOTS:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST_DOTS, replace=False))
    note = f"{len(rows):,} of {len(label):,} rows" if len(rows) < len(label) else ""
    ends, errors = [float(label.min()), float(label.max())], predicted - label
    reach = [float(predicted.min()), float(predicted.max())]
    both = {"rows": (label[rows].tolist(), predicted[rows].tolist()), "no error": (ends, ends)}
    residuals = {"rows": (predicted[rows].tolist(), errors[rows].tolist()), "no error": (reach, [0.0, 0.0])}
    heights, edges = np.histogram(errors, bins=min(30, max(5, round(len(errors) ** 0.5))))
    steps = {"rows": (np.repeat(edges, 2)[1:-1].tolist(), np.repeat(heights, 2).astype(float).tolist())}
    return [
        Chart("Predicted against label", LABEL, PREDICTED, both, note, ("rows",)),
        Chart("Residuals", PREDICTED, "predicted - label", residuals, note, ("rows",)),
        Chart("Spread of the residuals", "predicted - label", "rows", steps),
    ]


def by_label(label: np.ndarray, predicted: np.ndarray) -> Table:
    """Return the mean prediction, the bias and the mean absolute error of groups of similar labels."""
    ends = np.unique(label)
    if len(ends) > MOST_GROUPS:
        ends = np.unique(np.quantile(label, np.arange(1, MOST_GROUPS + 1) / MOST_GROUPS))
    group = np.searchsorted(ends, label)
    rows = []
    for place in np.unique(group):
        own, said = label[group == place], predicted[group == place]
        span = number(own.min()) if own.min() == own.max() else f"{number(own.min())} to {number(own.max())}"
        error = said - own
        cells = (said.mean(), error.mean(), np.abs(error).mean())
        rows.append([span, f"{len(own):,}", *(number(float(cell)) for cell in cells)])
    return Table(["label", "rows", "mean prediction", "bias", "mae"], rows, "errors by label")


def farthest_rows(path: Path) -> tuple[list[str], list[list[Any]]]:
    """Return columns and at most MOST_ROWS rows, those whose predictions are farthest from their labels."""
    import pyarrow.parquet as pq

    rows = pq.ParquetFile(path).read().to_pylist()
    rows = sorted(rows, key=lambda row: -abs(row[PREDICTED] - row[LABEL]))[:MOST_ROWS]
    columns = list(rows[0]) if rows else [ROW, LABEL, PREDICTED]
    return columns, [[row[name] for name in columns] for row in rows]

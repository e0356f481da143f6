"""A classifier's predictions of test rows: the table of all, and the worst ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from rnnlab.atomic import whole_file
from rnnlab.kinds.work import Work

MOST_ROWS = 200  # that are shown in a logger


def write_predictions(work: Work, blended: Tensor | None) -> None:
    """Write predictions.parquet: each test row's text, label, predicted label and a probability a class.

    These are the network's, before calibration; those of its blend with n-grams (N, C) have their own
    columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    classes = work.facts["classes"]
    rows, labels, probabilities = work.task.predictions
    texts = texts_of(work)
    columns: dict[str, Any] = {
        "row": rows.numpy(),
        "text": [texts[row] for row in rows.tolist()],
        "label": named(labels, classes),
        "predicted": named(probabilities.argmax(1), classes),
    }
    columns |= {f"probability_{name}": probabilities[:, i].numpy() for i, name in enumerate(classes)}
    if blended is not None:
        columns["predicted_ensemble"] = named(blended.argmax(1), classes)
        columns |= {f"probability_ensemble_{name}": blended[:, i].numpy() for i, name in enumerate(classes)}
    with whole_file(work.folder.predictions) as part:
        pq.write_table(pa.table(columns), part)


def texts_of(work: Work) -> list[str]:
    """Return the text of each test row; of series, their values."""
    if work.settings.get("tokenizer"):
        found: list[str] = work.data.split_texts("test")
        return found
    return [as_text(row) for row in work.data.inputs("test")]


def as_text(series: Sequence[Sequence[float]]) -> str:
    """Return the values of a series as text, steps apart by blanks."""
    return " ".join(",".join(f"{value:g}" for value in step) for step in series)


def named(labels: Tensor, classes: Sequence[str]) -> list[str]:
    """Return the names of label ids (N,)."""
    return [classes[label] for label in labels.tolist()]


def worst_rows(path: Path) -> tuple[list[str], list[list[Any]]]:
    """Return columns and at most MOST_ROWS rows that a person learns most from.

    Mistakes come first, from the surest on, then correct rows, the surest last.
    """
    import pyarrow.parquet as pq

    rows = pq.ParquetFile(path).read().to_pylist()
    chances = [name for name in rows[0] if name.startswith("probability_")] if rows else []

    def place(row: dict[str, Any]) -> tuple[bool, float]:
        correct = row["label"] == row["predicted"]
        surest = max(row[name] for name in chances)
        return correct, surest if correct else -surest

    chosen = sorted(rows, key=place)[:MOST_ROWS]
    columns = list(rows[0]) if rows else []
    return columns, [[row[name] for name in columns] for row in chosen]

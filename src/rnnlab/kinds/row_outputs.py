"""Predictions of a run's test rows as a table, for any kind of rows."""

from __future__ import annotations

from typing import Any

from rnnlab.atomic import whole_file
from rnnlab.kinds.work import Work

ROW, TEXT = "row", "text"


def write_predictions(work: Work) -> None:
    """Write predictions.parquet: a row's number in its split, its text if it is one, the task's columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {name: values.numpy() for name, values in work.task.columns.items()}
    rows = columns.pop(ROW)
    inputs = work.data.inputs("test") if work.settings.get("tokenizer") else None
    texts = {} if inputs is None else {TEXT: [inputs[row] for row in rows.tolist()]}
    plain = {name: values if values.ndim == 1 else values.tolist() for name, values in columns.items()}
    with whole_file(work.folder.predictions) as part:
        pq.write_table(pa.table({ROW: rows, **texts, **plain}), part)

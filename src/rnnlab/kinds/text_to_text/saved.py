"""Predictions that a run left, read again. N rows."""

from __future__ import annotations

from pathlib import Path

from rnnlab.kinds.text_to_text.texts import SIMILARITY, Texts

COLUMNS = ("row", "source", "label", "predicted", "score")


def read_predictions(path: Path) -> Texts | None:
    """Read predictions.parquet; None where there is no readable one."""
    import pyarrow
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
    except (OSError, pyarrow.ArrowException):
        return None
    if not set(COLUMNS) <= set(table.column_names):
        return None
    similarity = table[SIMILARITY].to_pylist() if SIMILARITY in table.column_names else ()
    rows, sources, references, outputs, scores = (table[name].to_pylist() for name in COLUMNS)
    return Texts(rows, sources, references, outputs, scores, similarity)

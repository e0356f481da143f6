"""The rows of predictions that a person learns most from."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rnnlab.kinds.classification.predictions import worst_rows


def test_the_surest_mistakes_are_the_first_rows(tmp_path: Path) -> None:
    rows = [("a", "b", 0.1, 0.9), ("a", "a", 0.6, 0.4), ("b", "a", 0.7, 0.3), ("b", "b", 0.45, 0.55)]
    columns = ["label", "predicted", "probability_a", "probability_b"]
    table = pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
    pq.write_table(table, tmp_path / "predictions.parquet")
    assert worst_rows(tmp_path / "predictions.parquet") == (columns, [list(rows[i]) for i in (0, 2, 3, 1)])

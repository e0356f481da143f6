"""The charts of a regression's page."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rnnlab.kinds.regression.sections import by_label, charts, farthest_rows
from rnnlab.report.page.parts import Section, drawn


def test_residuals_are_drawn_as_dots_and_the_ideal_as_a_line():
    label = np.arange(600.0)
    parts = charts(label, label + 1)
    assert parts[0].curves["no error"] == ([0.0, 599.0], [0.0, 599.0])
    assert set(parts[1].curves["rows"][1]) == {1.0}
    assert parts[0].note == "500 of 600 rows"
    page = drawn(Section("residuals", "Residuals", parts[:1]))
    assert page.count("<circle") == 500 + 2  # and the ends of the line
    assert page.count("<path") == 1


def test_errors_are_counted_by_label():
    found = by_label(np.array([1.0, 1.0, 5.0]), np.array([2.0, 0.0, 4.0]))
    assert found.rows == [
        ["1.0000", "2", "1.0000", "0.0000", "1.0000"],
        ["5.0000", "1", "4.0000", "-1.0000", "1.0000"],
    ]
    many = by_label(np.arange(100.0), np.arange(100.0))
    assert (len(many.rows), {row[1] for row in many.rows}) == (10, {"10"})


def test_a_logger_gets_the_farthest_rows_first(tmp_path):
    table = {"row": [0, 1, 2], "label": [1.0, 2.0, 3.0], "predicted": [1.5, 9.0, 3.0]}
    pq.write_table(pa.table(table), tmp_path / "predictions.parquet")
    columns, rows = farthest_rows(tmp_path / "predictions.parquet")
    assert (columns, rows[0]) == (["row", "label", "predicted"], [1, 2.0, 9.0])

"""predictions.parquet read back."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rnnlab.report.page.predictions import read_predictions

GOOD = {
    "row": [4, 7],
    "text": ["a  b c", None],
    "label": ["no", "yes"],
    "probability_no": [0.25, 0.5],
    "probability_yes": [0.75, 0.5],
    "probability_ensemble_no": [1.0, 0.0],
    "probability_ensemble_yes": [0.0, 1.0],
}


def read(tmp_path, columns, classes=None):
    pq.write_table(pa.table(columns), tmp_path / "p.parquet")
    return read_predictions(tmp_path / "p.parquet", classes)


@pytest.mark.parametrize("classes", [None, ["no", "yes"]])
def test_rows_are_read_and_those_of_the_ensemble_are_not_taken_for_classes(tmp_path, classes):
    found = read(tmp_path, GOOD, classes)
    assert found.classes == ("no", "yes")
    assert found.texts == ["a  b c", ""]
    assert found.lengths.tolist() == [3, 0]
    assert found.rows.tolist() == [4, 7]
    assert found.right.tolist() == [False, False]
    np.testing.assert_allclose(found.probabilities, [[0.25, 0.75], [0.5, 0.5]])


@pytest.mark.parametrize(
    "change",
    [
        {"label": ["no", "maybe"]},
        {"probability_no": [0.25, float("nan")]},
        {"probability_no": [0.25, None]},
        {"row": ["one", "two"]},
        {"row": [None, 1]},
    ],
)
def test_what_no_run_leaves_is_not_taken(tmp_path, change):
    assert read(tmp_path, GOOD | change) is None


def test_intervals_are_computed_once(tmp_path, monkeypatch):
    found = read(tmp_path, GOOD)
    first = found.intervals
    monkeypatch.setattr("rnnlab.report.page.predictions.classifier_intervals", None)
    assert found.intervals is first
    assert first["accuracy"].value == 0


@pytest.mark.parametrize("lacking", ["row", "text", "label"])
def test_a_lacking_column_is_seen(tmp_path, lacking):
    assert read(tmp_path, {name: column for name, column in GOOD.items() if name != lacking}) is None


def test_no_rows_and_no_file(tmp_path):
    assert read(tmp_path, {name: column[:0] for name, column in GOOD.items()}) is None
    assert read_predictions(tmp_path / "none.parquet") is None
    (tmp_path / "b.parquet").write_bytes(b"PAR1")
    assert read_predictions(tmp_path / "b.parquet") is None

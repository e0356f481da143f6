"""The names of a table's columns."""

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rnnlab.data.file_format import Asked, Format
from rnnlab.data.heading import column_names, is_table


@pytest.mark.parametrize(
    ("name", "text", "names"),
    [
        ("a.csv", "label,predicted\na,b\n", ["label", "predicted"]),
        ("a.csv", '"the label","a, b"\nx,y\n', ["the label", "a, b"]),
        ("a.csv", "label;predicted\na;b\n", ["label", "predicted"]),
        ("a.csv", "sep=;\nlabel;predicted\na;b\n", ["label", "predicted"]),
        ("a.tsv", "label\tpredicted\na\tb\n", ["label", "predicted"]),
        ("a.jsonl", '{"label": 1}\n\nbroken\n{"label": 2, "predicted": 1}\n', ["label", "predicted"]),
        ("a.csv", "", []),
    ],
)
def test_names_stand_in_the_order_of_the_file(tmp_path, name, text, names):
    (tmp_path / name).write_text(text)
    assert column_names(tmp_path / name, Format(), Asked()) == names
    with gzip.open(tmp_path / f"{name}.gz", "wt") as packed:
        packed.write(text)
    assert column_names(tmp_path / f"{name}.gz", Format(), Asked()) == names


def test_parquet_has_its_names_in_its_schema(tmp_path):
    pq.write_table(pa.table({"label": ["a"], "probability_a": [1.0]}), tmp_path / "a.parquet")
    assert column_names(tmp_path / "a.parquet", Format(), Asked()) == ["label", "probability_a"]


def test_other_endings_are_files_of_lines(tmp_path):
    assert is_table(tmp_path / "A.CSV")
    assert is_table(tmp_path / "a.jsonl.gz")
    assert not is_table(tmp_path / "a.txt")
    assert not is_table(tmp_path / "labels")

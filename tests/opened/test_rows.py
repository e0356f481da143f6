"""Rows of files that people have: sound ones whole and in order, broken ones by their number."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rnnlab.errors import SettingError
from rnnlab.opened.rows import read_rows


def rows_of(path, columns=("text",)):
    return [(row.number, row.cells.get("text"), row.problem) for row in read_rows(path, columns, "--input")]


def test_csv_cells_may_hold_anything(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('n,text\n1,"a, ""b""\nc"\n\n2,\n3,' + "x" * 200_000 + "\n")
    assert rows_of(path) == [(1, 'a, "b"\nc', ""), (2, "", ""), (3, "x" * 200_000, "")]


def test_tab_separated_values_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_bytes(b"\xef\xbb\xbftext\tlabel\r\na,b\tpositive\r\n")
    found = list(read_rows(path, ("text", "label"), "--input"))
    assert found[0].cells == {"text": "a,b", "label": "positive"}


@pytest.mark.parametrize("character", "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
def test_what_only_python_takes_for_a_line_end_ends_no_row(tmp_path, character):
    text, path = f"one{character}two", tmp_path / "a.txt"
    path.write_bytes(f"\ufeff{text}\r\n\n{text}\n".encode())
    assert rows_of(path) == [(1, text, ""), (2, "", ""), (3, text, "")]
    path.with_suffix(".jsonl").write_text(json.dumps({"text": text}, ensure_ascii=False), encoding="utf-8")
    assert rows_of(path.with_suffix(".jsonl")) == [(1, text, "")]
    path.with_suffix(".csv").write_text(f"text\n{text}\nb\n", encoding="utf-8")
    assert rows_of(path.with_suffix(".csv")) == [(1, text, ""), (2, "b", "")]


def test_broken_rows_of_csv_are_told_by_number(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"n,text\n1,a\n2\n3,\xff\n4,b\n")
    assert [row[0] for row in rows_of(path) if row[2]] == [2, 3]
    assert [row[2] for row in rows_of(path) if row[2]] == [
        "has 1 cells and the heading 2",
        "its text is not UTF-8",
    ]
    assert rows_of(path)[3] == (4, "b", "")


def test_json_lines(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [json.dumps({"text": "a\n😂"}), "{", "[1]", "{}", '{"text": 3}', '{"text": ""}']
    path.write_text("\n".join(lines))
    found = rows_of(path)
    assert (found[0], found[5]) == ((1, "a\n😂", ""), (6, "", ""))
    problems = ["is not JSON", "is no JSON object", "has no text", "its text is no string"]
    assert [row[2] for row in found[1:5]] == problems


def test_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a", None, "c"], "other": [1, 2, 3]}), path)
    assert rows_of(path) == [(1, "a", ""), (2, None, "has no text"), (3, "c", "")]


def test_lines_of_other_files(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b'one\r\n\nthree, "3"\nfour')
    assert [row[1] for row in rows_of(path)] == ["one", "", 'three, "3"', "four"]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.csv", b"words,label\na,b\n", "has no column text.*\n.*there are: label, words"),
        ("a.csv", b"", "is empty"),
        ("a.txt", b"a\0b", "is no text file"),
        ("a.parquet", b"nothing", "cannot be read"),
        ("b.csv", None, "there is no such file"),
    ],
)
def test_files_that_cannot_be_read_are_refused(tmp_path, name, content, rule):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingError, match=rule):
        rows_of(path)

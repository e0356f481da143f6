"""The one reader of rows: what is written is what is read, and broken rows come with their number."""

from __future__ import annotations

import csv
import io
import json
import math
import tempfile
from pathlib import Path

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from rnnlab.data.file_format import Asked, Format
from rnnlab.data.record import Row
from rnnlab.data.records import read_records
from rnnlab.errors import SettingError

COLUMNS = ("text", "label")


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def records(path: Path, columns: tuple[str, ...] = COLUMNS, **form: str | int) -> list[Row]:
    return list(read_records(path, columns, Format(**form), Asked("--input", "--")))  # type: ignore[arg-type]


def cells(path: Path, columns: tuple[str, ...] = COLUMNS, **form: str | int) -> list[tuple[str | None, ...]]:
    rows = records(path, columns, **form)
    assert [row.problem for row in rows] == [""] * len(rows)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    return [row.cells for row in rows]


def problems(path: Path, columns: tuple[str, ...] = COLUMNS, **form: str | int) -> list[tuple[str, str]]:
    return [(str(row), row.problem) for row in records(path, columns, **form) if row.problem]


# without lone surrogates, which no encoding writes, and NUL, which no text file holds
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
CELLS = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8)


@pytest.mark.parametrize(("ending", "delimiter"), [("csv", ","), ("tsv", "\t"), ("csv", ";")])
@given(rows=CELLS)
def test_what_a_writer_of_delimited_cells_writes_is_read(
    ending: str, delimiter: str, rows: list[tuple[str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, io.StringIO(newline="") as file:
        csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *rows])
        path = written(Path(folder) / f"a.{ending}", file.getvalue())
        assert cells(path, quoting="quotes") == rows


@given(rows=CELLS)
def test_what_is_written_as_json_is_read(rows: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = [json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in rows]
        assert cells(written(Path(folder) / "a.jsonl", "\n".join(lines))) == rows


@given(rows=CELLS)
def test_what_is_written_as_parquet_is_read(rows: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        texts, labels = (list(part) for part in zip(*rows, strict=True))
        path = Path(folder) / "a.parquet"
        parquet.write_table(pyarrow.table({"label": labels, "more": texts, "text": texts}), path)
        assert cells(path) == rows


@given(value=st.integers() | st.floats(allow_nan=False) | st.booleans())
def test_values_of_json_are_text_as_they_are_written(value: float) -> None:
    shown = json.dumps(value)
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "a.jsonl", f'{{"text": {shown}, "label": {shown}}}\n')
        assert cells(path) == [(shown, shown)]


def test_json_is_not_retyped(tmp_path: Path) -> None:
    lines = '{"text": 1.10, "label": "2024-01-02"}\n{"text": 100000000000000000000, "label": true}\n'
    assert cells(written(tmp_path / "a.jsonl", lines)) == [
        ("1.10", "2024-01-02"),
        ("100000000000000000000", "true"),
    ]


def test_json_lines_that_are_broken(tmp_path: Path) -> None:
    lines = [json.dumps({"text": "a\n😂", "label": "x"}), "", "{", "[1]", "{}", '{"text": [3], "label": {}}']
    lines += ['{"text": "a", "text": "b", "label": 1}', '{"text": "\\ud800", "label": 1}', "[" * 100_000]
    found = records(written(tmp_path / "a.jsonl", "\n".join(lines)))
    assert (found[0].cells, found[3].cells) == (("a\n😂", "x"), (None, None))
    assert [(str(row), row.problem) for row in found if row.problem] == [
        ("row 2 (line 3)", "is not JSON"),
        ("row 3 (line 4)", "is no JSON object"),
        ("row 5 (line 6)", "has a list as its text"),
        ("row 6 (line 7)", "names a column twice: text"),
        ("row 7 (line 8)", "has half a symbol in its text"),
        ("row 8 (line 9)", found[-1].problem),
    ]
    assert found[-1].problem in ("is nested too deeply", "is not JSON")


def test_a_name_of_a_column_may_stand_in_a_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", json.dumps({"text": 'say "text" and "label"', "label": "b"}))
    assert cells(path) == [('say "text" and "label"', "b")]


def test_csv_cells_may_hold_anything(tmp_path: Path) -> None:
    long = "x" * 200_000
    path = written(tmp_path / "a.csv", 'label,text\n1,"a, ""b""\nc"\n\n2,\n  \n3,' + long + "\n")
    assert cells(path) == [('a, "b"\nc', "1"), ("", "2"), (long, "3")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_marks(tmp_path: Path, end: str) -> None:
    text = end.join(["text\tlabel", "a,b\tx", "c\ty", ""])
    for number, encoding in enumerate(["utf-8", "utf-8-sig", "utf-16", "utf-32"]):
        assert cells(written(tmp_path / f"{number}.tsv", text.encode(encoding))) == [("a,b", "x"), ("c", "y")]


def test_one_column_may_have_empty_texts(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'text\none\n""\n\n  \ntwo\n')
    assert cells(path, ("text",)) == [("one",), ("",), ("  ",), ("two",)]


def test_broken_rows_of_csv_come_with_row_and_line_and_the_rest_is_read(tmp_path: Path) -> None:
    lines = b'label,text\n1,"a\nb"\n2\n3,\xe9t\xe9\n4,"x" y\n5,\0\n6,"never closed\n7,b\n'
    path = written(tmp_path / "a.csv", lines.replace(b"\0", b"c"))
    assert problems(path) == [
        ("row 2 (line 4)", "has 1 cell and the heading 2"),
        ("row 3 (line 5)", "has a text that is not UTF-8: --encoding cp1252 may read it"),
        ("row 4 (line 6)", "goes on behind a quote that closes; --quoting none reads quotes as characters"),
        ("row 6 (line 8)", "opens a quote that is never closed; --quoting none reads quotes as characters"),
    ]
    assert [row.cells[0] for row in records(path) if row.cells] == ["a\nb", "c", "b"]


def test_bytes_of_another_encoding_are_read_where_it_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text,label\né – ü,x\n".encode("cp1252"))
    assert cells(path, encoding="cp1252") == [("é – ü", "x")]
    assert "--encoding cp1252" in problems(path)[0][1]
    latin = written(tmp_path / "b.csv", b"text,label\n\x81\xe9,x\n")
    assert "--encoding latin-1" in problems(latin)[0][1]


def test_a_row_over_the_limit_is_broken_and_the_next_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text,label\n" + "x" * 500 + ",1\n" + "y" * 98 + ",2\nz,3\n")
    assert problems(path, max_row=100) == [("row 1 (line 2)", "has more than 100 characters" + HINT)]
    assert [row.cells[1] for row in records(path, max_row=100) if row.cells] == ["2", "3"]
    lines = written(tmp_path / "a.txt", "a" * 1000 + "\nb\n" + "c" * 100 + "\n")
    assert problems(lines, ("text",), max_row=100) == [("row 1", "has more than 100 characters")]
    assert [row.number for row in records(lines, ("text",), max_row=100)] == [1, 2, 3]


HINT = "; --quoting none reads quotes as characters"


def test_a_quote_that_swallows_too_much_is_one_broken_row(tmp_path: Path) -> None:
    rows = "".join(f"text {n},{n}\n" for n in range(300))
    path = written(tmp_path / "a.csv", 'text,label\n"never closed,0\n' + rows)
    found = records(path, max_row=1000)
    assert found[0].problem.startswith(
        "has more than 1,000 characters, as if a quote that opens is never closed"
    )
    assert [row.cells[1] for row in found[1:]] == [str(n) for n in range(300)]
    assert [row.line for row in found] == list(range(2, 303))


def test_rows_that_a_pair_of_quotes_has_swallowed_are_noted(tmp_path: Path) -> None:
    rows = '"never mind,neg\n' + "good,pos\n" * 5 + 'oh ",neg\n"two\nlines, and\nmore",pos\n'
    path = written(tmp_path / "a.csv", "text,label\n" + rows)
    notes: list[str] = []
    assert len(list(read_records(path, COLUMNS, Format(), Asked(), notes))) == 2
    assert notes == [
        "1 row is of lines each of which would be a row, the first of 7 lines from line 2 "
        "(data.quoting=none reads them so)"
    ]


def test_blocks_of_lines_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"text, {n}" + "\nmore" * (n % 7 == 0), str(n)) for n in range(200)]
    with (tmp_path / "a.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows([COLUMNS, *rows])
    whole = records(tmp_path / "a.csv")
    assert [row.cells for row in whole] == rows
    for size in (1, 7, 64, 1000):
        monkeypatch.setattr("rnnlab.data.lines.BLOCK", size)
        assert records(tmp_path / "a.csv") == whole


def test_lines_of_other_files(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", b'one\r\n\nthree, "3"\nfour')
    assert [row[0] for row in cells(path, ("text",))] == ["one", "", 'three, "3"', "four"]


def test_damaged_parquet_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(
        pyarrow.table({"text": [f"a text {n}" for n in range(5000)], "label": ["a"] * 5000}), path
    )
    content = bytearray(path.read_bytes())
    content[40:400] = bytes(360)  # of the first column; the heading at the end of the file is whole
    path.write_bytes(content)
    with pytest.raises(SettingError, match=r"--input=.*a\.parquet: cannot be read as parquet: "):
        cells(path)


def test_parquet_types_are_text(tmp_path: Path) -> None:
    table = {
        "text": pyarrow.array(["a", None, "c"]).dictionary_encode(),
        "label": pyarrow.array([1.0, math.nan, 2.5]),
        "whole": [1, None, 2**60 + 1],
        "truth": [True, False, None],
    }
    parquet.write_table(pyarrow.table(table), tmp_path / "a.parquet")
    assert cells(tmp_path / "a.parquet") == [("a", "1.0"), (None, None), ("c", "2.5")]
    assert cells(tmp_path / "a.parquet", ("text", "whole"))[2] == ("c", str(2**60 + 1))
    assert cells(tmp_path / "a.parquet", ("text", "truth"))[:2] == [("a", "true"), (None, "false")]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        (
            "a.csv",
            b"words,label\na,b\n",
            r"--text-column=text: no such column in .*\n.*there are: label, words",
        ),
        (
            "a.csv",
            b"text,labels\na,b\n",
            r"--label-column=label: no such column in .*\ndid you mean labels\?",
        ),
        (
            "a.csv",
            b"text,label,text\na,b,c\n",
            r"--text-column=text: stands 2 times in the heading of .* \(columns 1 and 3\): rename one$",
        ),
        ("a.csv", b"", "--input=.*a.csv: is empty"),
        ("a.csv", b"\xe9text,label\na,b\n", "no such column"),
        ("a.txt", b"a\0b", "is no text file$"),
        ("a.csv", b"a\0b\xff" + b"text\n" * 300, "is no text file"),
        (
            "a.csv",
            "text,label\na,b\n".encode("utf-16-le"),
            "is no text file; --encoding utf-16-le may read it",
        ),
        (
            "a.csv",
            "text,label\na,b\n".encode("utf-16-be"),
            "is no text file; --encoding utf-16-be may read it",
        ),
        ("a.csv", b"\x1f\x8b\x08\0abc", "is a gzip archive, which is not read: unpack it first$"),
        ("a.csv", b"PK\x03\x04abc", "is a zip archive, .* or as a workbook save it as CSV"),
        ("a.parquet", b"nothing", "cannot be read as parquet"),
        ("b.csv", None, "there is no such file"),
    ],
)
def test_files_that_cannot_be_read_are_refused(
    tmp_path: Path, name: str, content: bytes | None, rule: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingError, match=rule) as error:
        records(tmp_path / name)
    assert str(error.value).count("\n") <= 1
    str(error.value).encode()


@pytest.mark.parametrize("character", "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
def test_what_only_python_takes_for_a_line_end_ends_no_row(tmp_path: Path, character: str) -> None:
    text = f"one{character}two"
    lines = written(tmp_path / "a.txt", f"\ufeff{text}\r\n\n{text}\n")
    assert cells(lines, ("text",)) == [(text,), ("",), (text,)]
    assert cells(written(tmp_path / "a.csv", f"text,label\n{text},a\nb,b\n")) == [(text, "a"), ("b", "b")]


def test_a_nul_byte_further_on_is_a_broken_row(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text,label\n" + "a,b\n" * 20_000 + "\0,b\n")
    assert problems(path) == [("row 20001 (line 20002)", "has a NUL byte in its text")]
    path = written(tmp_path / "b.csv", "text,label\n\0,b\n" + "a,b\n" * 200)  # and at the start, in long text
    assert problems(path) == [("row 1 (line 2)", "has a NUL byte in its text")]


def test_files_over_the_limit_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text,label\n" + "a,b\n" * 100)
    with pytest.raises(SettingError, match=r"has 411 bytes; --max-file 400 allows no more"):
        records(path, max_file=400)
    assert len(records(path, max_file=411)) == 100


def test_parquet_that_unpacks_to_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    bomb = pyarrow.table({"text": ["x" * 100_000] * 2000, "label": ["a"] * 2000})
    parquet.write_table(bomb, tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    with pytest.raises(SettingError, match=r"bytes or more unpacked; --max-file 10000000 allows no more"):
        records(tmp_path / "a.parquet", max_file=10_000_000)
    assert problems(tmp_path / "a.parquet", max_row=1000)[0] == ("row 1", "has more than 1,000 characters")


@pytest.mark.parametrize(
    ("form", "rule"),
    [
        ({"delimiter": ";;"}, r"--delimiter=';;': must be one character between cells, or auto, comma"),
        ({"delimiter": '"'}, r"--delimiter='\"': must be one character"),
        ({"encoding": "utf8x"}, r"--encoding=utf8x: is no encoding of text\ndid you mean utf-8\?"),
        ({"encoding": "rot13"}, r"--encoding=rot13: is no encoding of text"),
        ({"quoting": "qoutes"}, r"--quoting=qoutes: must say what quotes do\ndid you mean quotes\?"),
    ],
)
def test_settings_that_no_file_can_have_are_refused(tmp_path: Path, form: dict[str, str], rule: str) -> None:
    with pytest.raises(SettingError, match=rule):
        records(written(tmp_path / "a.csv", "text,label\na,b\n"), **form)

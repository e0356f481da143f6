"""Tables and texts from local files, and what a broken file gets."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from rnnlab.data.files import read_table, read_text
from rnnlab.errors import SettingError

ROWS = [('a, good "film"\nsaid all', 1), ("schlecht, übel", 0), ("", 1)]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def write_rows(path: Path) -> Path:
    if path.suffix == ".jsonl":
        return write(path, "".join(json.dumps({"text": t, "label": y, "more": 1.5}) + "\n" for t, y in ROWS))
    if path.suffix == ".parquet":
        texts, labels = zip(*ROWS, strict=True)
        pyarrow.parquet.write_table(pyarrow.table({"more": [0, 1, 2], "label": labels, "text": texts}), path)
        return path
    mark = "\t" if path.suffix == ".tsv" else ","
    quoted = ['"' + text.replace('"', '""') + '"' for text, _ in ROWS]
    lines = [mark.join(["label", "text", "more"])]
    lines += [mark.join([str(label), text, "x"]) for text, (_, label) in zip(quoted, ROWS, strict=True)]
    return write(path, "\n".join(lines) + "\n")


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet", "CSV"])
def test_every_format_gives_the_same_rows(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rows.{ending.lower()}"
    write_rows(path)
    path = path.rename(tmp_path / f"rows.{ending}")
    table = read_table(path, "text", "label")
    assert table.texts == [text for text, _ in ROWS]
    assert table.labels == [str(label) for _, label in ROWS]
    assert list(table.rows) == [1, 2, 3]
    assert table.typed is (ending == "parquet")


def test_texts_and_labels_stay_as_written(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,label\nNA,yes\n007,no\n2020-01-01,yes\n")
    table = read_table(path, "text", "label")
    assert (table.texts, table.labels) == (["NA", "007", "2020-01-01"], ["yes", "no", "yes"])


def test_a_missing_text_is_empty(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"text": null, "label": "a"}\n{"label": "b", "text": "x"}\n')
    assert read_table(path, "text", "label").texts == ["", "x"]


def test_labels_of_a_csv_are_not_typed(tmp_path: Path) -> None:
    written = ["1", "0", "01", "1.0", "+1", "True", "false", " good ", "9007199254740993"]
    rows = "".join(f"t,{label}\n" for label in written)
    table = read_table(write(tmp_path / "a.csv", "text,label\n" + rows), "text", "label")
    assert table.labels == written
    assert not table.typed


def test_parquet_truth_values_are_words(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": ["a", "b"], "label": [True, False]}), path)
    assert read_table(path, "text", "label").labels == ["true", "false"]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_missing_column_names_those_there_are_and_the_nearest(tmp_path: Path, ending: str) -> None:
    path = write_rows(tmp_path / f"a.{ending}")
    with pytest.raises(SettingError) as error:
        read_table(path, "text", "lable")
    message = str(error.value)
    assert f"data.label_column=lable: no such column in {path}" in message
    assert "did you mean label?" in message
    assert "there are: label, more, text" in message
    with pytest.raises(SettingError, match=r"data\.text_column=review: no such column"):
        read_table(path, "review", "label")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.txt",
            "text,label\nx,1\n",
            r"a\.txt: unknown file ending\n.*there are: \.csv, \.jsonl, \.ndjson, \.parquet, \.tsv",
        ),
        ("a.csv.gz", b"\x1f\x8b", r"cannot be unpacked by gzip: Compressed file ended before"),
        ("a.parqet", "x", r"did you mean \.parquet\?"),
        ("a.csv", "", r"data\.files=.*a\.csv: the file is empty"),
        ("a.csv", "text,label\n", r"data\.files=.*a\.csv: the file has no rows"),
        (
            "a.csv",
            "text,label\nx,1\ny\n",
            r"a\.csv: row 2 \(line 3\) has 1 cell and the heading 2; data\.on_error=skip leaves",
        ),
        ("a.jsonl", '{"text": 1', r"row 1 \(line 1\) is not JSON; data\.on_error=skip"),
        ("a.parquet", "nonsense, certainly", r"cannot be read as parquet"),
        ("a.jsonl", '{"text": ["x"], "label": 1}\n', r"row 1 \(line 1\) has a list as its text"),
        (
            "a.csv",
            b"text,label\nx,1\n\xe9t\xe9,0\n",
            r"row 2 \(line 3\) has a text that is not UTF-8: data\.encoding=cp1252 may read it",
        ),
    ],
)
def test_broken_tables_are_refused(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        read_table(write(tmp_path / name, content), "text", "label")


def test_the_offset_of_a_bad_byte_counts_across_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnlab.data.files._CHUNK", 4)
    with pytest.raises(SettingError, match="byte 0xff at offset 11"):
        read_text(write(tmp_path / "a.txt", "abcü€ üx".encode()[:11] + b"\xff"))
    with pytest.raises(SettingError, match="byte 0xe2 at offset 5"):  # cut in the middle of a symbol
        read_text(write(tmp_path / "b.txt", "abcü€".encode()[:-1]))
    assert read_text(write(tmp_path / "c.txt", "abcü€ 🙂")) == "abcü€ 🙂"


def test_rows_that_are_broken_are_left_out_and_numbered(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"text,label\nx,1\ny\n\n\xe9,0\nz,2\n")
    table = read_table(path, "text", "label", on_error="skip")
    assert (table.texts, table.labels, list(table.rows)) == (["x", "z"], ["1", "2"], [1, 4])
    assert [str(row) for row in table.broken] == ["row 2 (line 3)", "row 3 (line 5)"]
    with pytest.raises(SettingError, match="has no sound row"):
        read_table(write(path, "text,label\nx\n"), "text", "label", on_error="skip")


def test_integers_of_a_hub_are_places_where_the_file_says_so(tmp_path: Path) -> None:
    features = {"label": {"names": ["bad", "good"], "_type": "ClassLabel"}, "text": {"_type": "Value"}}
    told = json.dumps({"info": {"features": features}})
    table = pyarrow.table({"text": ["a", "b"], "label": [0, 1]})
    for number, metadata in enumerate([{}, {"huggingface": "{"}, {"huggingface": told}]):
        path = tmp_path / f"{number}.parquet"
        pyarrow.parquet.write_table(table.replace_schema_metadata(metadata), path)
        assert read_table(path, "text", "label").places is (number == 2)


def test_what_was_found_out_of_a_file_is_noted(tmp_path: Path) -> None:
    table = read_table(write(tmp_path / "a.csv", "text;label\na;b\n".encode("utf-16")), "text", "label")
    assert table.labels == ["b"]
    assert table.notes == (
        "a.csv is read as utf-16 (data.encoding=utf-16)",
        "the cells of a.csv are parted by ';' (data.delimiter=semicolon)",
    )


def test_a_text_of_another_encoding_is_read_or_named(tmp_path: Path) -> None:
    assert read_text(write(tmp_path / "a.txt", "é 🙂".encode("utf-16"))) == "é 🙂"
    with pytest.raises(SettingError, match=r"if it is cp1252: iconv -f cp1252 -t utf-8 b\.txt > new\.txt"):
        read_text(write(tmp_path / "b.txt", "été".encode("cp1252")))


def test_the_encoding_that_is_named_fits_the_bytes_that_are_wrong(tmp_path: Path) -> None:
    late = b"plain words " * 200 + b"\x81 is no character of cp1252"
    with pytest.raises(SettingError, match=r"byte 0x81 at offset 2400; if it is latin-1: iconv -f latin-1"):
        read_text(write(tmp_path / "a.txt", late))


def test_a_text_keeps_its_line_ends_and_loses_its_byte_order_mark(tmp_path: Path) -> None:
    assert read_text(write(tmp_path / "a.txt", b"\xef\xbb\xbfone\r\ntwo\n")) == "one\r\ntwo\n"


def test_a_blank_text_is_empty(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"a\.txt: the file is empty"):
        read_text(write(tmp_path / "a.txt", " \n\n"))


def test_importing_is_light() -> None:
    code = "import sys, rnnlab.data.files, rnnlab.data.source; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"torch", "datasets", "lightning", "pytorch_lightning", "pyarrow", "pandas"} & set(modules)

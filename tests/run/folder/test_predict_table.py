"""A file that a kind reads as a whole: its rows are written, printed and drawn."""

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rnnlab.data.file_format import Format
from rnnlab.errors import SettingError
from rnnlab.kinds.table_answer import TableAnswer, TableFile
from rnnlab.kinds.use import Answerer
from rnnlab.run.folder import predict_table as module
from rnnlab.run.folder.predict_table import MOST_PRINTED, check_typed, predict_table


class Doubles(Answerer):
    """Answers a file of numbers with each number twice."""

    reads_tables = True

    def __init__(self, draws: bool = False) -> None:
        self.draws = draws

    def table(self, file):
        numbers = [float(line) for line in file.path.read_text().split()]
        rows = [{"series": "=a", "value": number} for number in numbers for _ in range(2)]
        draw = (lambda path: path.write_bytes(b"png")) if self.draws else None
        return TableAnswer(("series", "value"), iter([rows]), "answered", ["a note"], draw)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "numbers.txt"
    path.write_text("0.5\n2\n")
    return TableFile(path, Format())


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_rows_are_written_and_notes_follow(source, tmp_path, ending):
    output = tmp_path / f"out{ending}"
    told = predict_table(Doubles(), source, output)
    assert told.startswith(f"answered in {output}\nnote: a note")
    assert [float(row["value"]) for row in read(output)] == [0.5, 0.5, 2, 2]
    assert list(tmp_path.glob("*.part")) == []


def test_without_an_output_csv_is_printed(source, capsys):
    predict_table(Doubles(), source, None, formulas=True)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == {"series": "=a", "value": "0.5"}


def test_a_terminal_shows_a_table_of_the_first_rows(source, capsys, monkeypatch):
    source.path.write_text("\n".join(["1.5"] * MOST_PRINTED))
    monkeypatch.setattr(module.sys.stdout, "isatty", lambda: True, raising=False)
    predict_table(Doubles(), source, None)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"... and {MOST_PRINTED} more: --output FILE writes all"
    assert sum("1.5" in line for line in lines) == MOST_PRINTED


def test_the_picture_stands_next_to_the_output_or_here(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = predict_table(Doubles(draws=True), source, tmp_path / "out.csv")
    assert f"; drawn in {tmp_path / 'out.png'}" in told
    assert (tmp_path / "out.png").is_file()
    assert "; drawn in numbers_predicted.png" in predict_table(Doubles(draws=True), source, None)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("text", "stop"), "--text-column=text: is no option of this run: it reads a whole table"),
        ((None, "skip"), "--on-error=skip: is no option of this run: it reads a whole table"),
    ],
)
def test_options_of_rows_are_refused(typed, told):
    with pytest.raises(SettingError, match=told):
        check_typed(*typed)


def read(path: Path) -> list[dict]:
    if path.suffix == ".parquet":
        return pq.ParquetFile(path).read().to_pylist()
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text().splitlines()]
    return list(csv.DictReader(path.open()))

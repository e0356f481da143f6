"""Rows of a file that somebody wants predicted, one after the other; broken ones by their number."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from rnnlab.errors import SettingError

FORMATS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
LINES = "lines"
LOOKED_AT = 8192  # bytes of a file's start
csv.field_size_limit(sys.maxsize)  # the library's limit is 131,072 characters a cell


class Row(NamedTuple):
    """Row `number` (from 1, headings left out) and its cells, or what is wrong with it."""

    number: int
    cells: dict[str, str]
    problem: str = ""


def read_rows(path: Path, columns: tuple[str, ...], setting: str) -> Iterator[Row]:
    """The named columns of each row; of a plain text file each line is the one column.

    Args:
        path: .csv, .tsv, .jsonl, .parquet or any other file of lines; `-` is standard input, as lines.
        setting: the option that named the file, for errors.

    Raises:
        SettingError: the file cannot be opened, is binary, or lacks a column.
    """
    if str(path) != "-" and not path.is_file():
        raise SettingError(setting, path, "there is no such file")
    form = FORMATS.get(path.suffix.lower(), LINES)
    if form == "parquet":
        yield from _parquet(path, columns, setting)
        return
    with opened(path, setting) as file:
        if form == LINES:
            yield from _lines(file, columns)
        elif form == "jsonl":
            yield from _jsonl(file, columns)
        else:
            yield from _csv(file, columns, "\t" if form == "tsv" else ",", path, setting)


@contextmanager
def opened(path: Path, setting: str) -> Iterator[IO[str]]:
    """Lines of text in which bytes that are not UTF-8 stand as lone surrogates; a binary file is refused."""
    if str(path) == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")  # type: ignore[union-attr]
        yield sys.stdin
        return
    with path.open("rb") as raw:
        if b"\0" in raw.read(LOOKED_AT):
            raise SettingError(
                setting, path, f"is no text file; there are {', '.join(FORMATS)} and plain lines"
            )
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        yield file


def _lines(file: IO[str], columns: tuple[str, ...]) -> Iterator[Row]:
    for number, line in enumerate(file, 1):
        yield _checked(number, {columns[0]: line.removesuffix("\n").removesuffix("\r")})


def _jsonl(file: IO[str], columns: tuple[str, ...]) -> Iterator[Row]:
    for number, line in enumerate(file, 1):
        try:
            found = json.loads(line)
        except ValueError:
            yield Row(number, {}, "is not JSON")
            continue
        if not isinstance(found, dict):
            yield Row(number, {}, "is no JSON object")
            continue
        missing = [name for name in columns if found.get(name) is None]
        if missing:
            yield Row(number, {}, f"has no {missing[0]}")
        elif isinstance(found[columns[0]], str):
            yield _checked(number, {name: str(found[name]) for name in columns})
        else:
            yield Row(number, {}, f"its {columns[0]} is no string")


def _csv(file: IO[str], columns: tuple[str, ...], delimiter: str, path: Path, setting: str) -> Iterator[Row]:
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    head = _next(reader, 0)
    names = head.cells if head else {}
    present(columns, tuple(names.values()), path, setting)
    places = {name: list(names.values()).index(name) for name in columns}
    number = 0
    while (row := _next(reader, number := number + 1)) is not None:
        cells = list(row.cells.values())
        if not cells and not row.problem:
            number -= 1  # an empty line is no row
        elif row.problem or len(cells) != len(names):
            yield Row(number, {}, row.problem or f"has {len(cells)} cells and the heading {len(names)}")
        else:
            yield _checked(number, {name: cells[place] for name, place in places.items()})


def _next(reader: Iterator[list[str]], number: int) -> Row | None:
    """The next row with its cells by their place; None at the end."""
    try:
        return Row(number, {str(place): cell for place, cell in enumerate(next(reader))})
    except StopIteration:
        return None
    except csv.Error as error:
        return Row(number, {}, f"is broken: {error}")


def _parquet(path: Path, columns: tuple[str, ...], setting: str) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise SettingError(setting, path, f"cannot be read: {' '.join(str(error).split())[:150]}") from error
    present(columns, tuple(file.schema_arrow.names), path, setting)
    number = 0
    for batch in file.iter_batches(columns=list(columns)):
        for row in batch.to_pylist():
            number += 1
            missing = [name for name in columns if row[name] is None]
            cells = {name: str(value) for name, value in row.items()}
            yield Row(number, {}, f"has no {missing[0]}") if missing else _checked(number, cells)


def present(columns: tuple[str, ...], there: tuple[str, ...], path: Path, setting: str) -> None:
    """Refuse a file without one of the columns."""
    for name in columns:
        if name not in there:
            what = f"has no column {name}" if there else "is empty"
            raise SettingError(setting, path, f"{what}; name it with --text-column", there)


def _checked(number: int, cells: dict[str, str]) -> Row:
    """The row, or what is wrong with it where its bytes were not UTF-8."""
    for name, cell in cells.items():
        if not cell.isascii() and any("\udc80" <= character <= "\udcff" for character in cell):
            return Row(number, {}, f"its {name} is not UTF-8")
    return Row(number, cells)

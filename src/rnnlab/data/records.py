"""Reads rows of files for training, `rnnlab evaluate` and `rnnlab predict`, with cells as written.

Nothing is retyped: `1.10`, `007`, dates and large numbers stay text. A broken row is returned with its number
and its problem, and reading continues after it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rnnlab.data.dialect import dialect_of
from rnnlab.data.file_format import (
    FORMATS,
    Asked,
    Format,
    check_format,
    encoding_of,
    nearest_encoding,
    opened,
)
from rnnlab.data.lines import Lines
from rnnlab.data.packed import ending_of
from rnnlab.data.record import BROKEN, Row
from rnnlab.data.record_csv import csv_records
from rnnlab.data.record_lines import json_records, line_records
from rnnlab.data.record_parquet import parquet_records
from rnnlab.errors import SettingError
from rnnlab.text.pairs import joined


def read_records(
    path: Path,
    columns: tuple[str | tuple[str, str], ...],
    form: Format,
    asked: Asked,
    notes: list[str] | None = None,
    nested: bool = False,
    heading: bool = True,
) -> Iterator[Row]:
    """Yield the named columns of each row of a file; see `read_columns`.

    Args:
        columns: two names in place of one are a pair of texts, whose cells are joined by a tab.
    """
    pairs = [isinstance(name, tuple) for name in columns]
    if not any(pairs):
        plain = tuple(str(name) for name in columns)
        yield from read_columns(path, plain, form, asked, notes, nested, heading)
        return
    settings: list[str] = []
    for setting, name in zip(asked.columns, columns, strict=False):
        settings += [setting] * (1 if isinstance(name, str) else 2)
    flat = tuple(one for name in columns for one in ((name,) if isinstance(name, str) else name))
    asked = asked._replace(columns=tuple(settings))
    for row in read_columns(path, flat, form, asked, notes, nested, heading):
        if len(row.cells) == len(flat):
            cells = iter(row.cells)
            whole = tuple(_pair(next(cells), next(cells)) if two else next(cells) for two in pairs)
            row = row._replace(cells=whole)
        yield row  # a line of a file without columns is a pair as it is typed


def _pair(first: str | None, second: str | None) -> str | None:
    """Return two cells as one; None where both are missing."""
    return None if first is None and second is None else joined(first, second)


def read_columns(
    path: Path,
    columns: tuple[str, ...],
    form: Format,
    asked: Asked,
    notes: list[str] | None = None,
    nested: bool = False,
    heading: bool = True,
) -> Iterator[Row]:
    """Yield the named columns of each row of a file; with an unknown ending each line is a row of one cell.

    Args:
        path: `-` is standard input, as lines.
        columns: the text column, then the label column if wanted.
        notes: sentences on the detected format are appended.
        nested: take lists and objects in the cells of a .jsonl file, as JSON text.
        heading: False for a .csv or .tsv file without a heading, whose columns are named by their numbers.

    Raises:
        SettingError: the file cannot be opened or is not text, or a column is missing or duplicate.
    """
    check_format(form, asked)
    kind = FORMATS.get(ending_of(path), "lines")
    if str(path) == "-":
        yield from _typed(columns, form, asked)
        return
    _check_file(path, asked)
    if kind == "parquet":
        yield from parquet_records(path, columns, form, asked)
        return
    encoding = encoding_of(path, form, asked)
    found = [] if notes is None else notes
    if encoding not in ("utf-8-sig", form.encoding):
        found.append(f"{path.name} is read as {encoding} ({asked.hint('encoding', encoding)})")
    arguments = (path, encoding, columns, form, asked, found)
    dialect = dialect_of(*arguments) if kind in ("csv", "tsv") else None
    with opened(path, encoding, form.max_file) as file:
        lines = Lines(file, form.max_row)
        if dialect is not None:
            rows = csv_records(lines, columns, dialect, path, asked, found, heading)
        elif kind == "jsonl":
            rows = json_records(lines, columns, path, asked, nested)
        else:
            rows = line_records(lines)
        yield from _sound(rows, columns, encoding, asked, kind == "jsonl")


def _check_file(path: Path, asked: Asked) -> None:
    if not path.is_file():
        raise SettingError(asked.file, path, "is a folder" if path.is_dir() else "there is no such file")


def _typed(columns: Sequence[str], form: Format, asked: Asked) -> Iterator[Row]:
    """Yield the lines of standard input as rows."""
    encoding = "utf-8-sig" if form.encoding == "auto" else form.encoding
    sys.stdin.reconfigure(encoding=encoding, errors="surrogateescape")  # type: ignore[union-attr]
    yield from _sound(line_records(Lines(sys.stdin, form.max_row)), columns, "utf-8-sig", asked)


def _sound(
    rows: Iterator[Row], columns: Sequence[str], encoding: str, asked: Asked, nul: bool = False
) -> Iterator[Row]:
    """Yield the rows; a row with undecodable bytes or, unless `nul`, a NUL byte in a cell is broken."""
    for row in rows:
        for name, cell in zip(columns, row.cells, strict=False):
            if cell is not None and not cell.isascii() and BROKEN.search(cell):
                yield row._replace(cells=(), problem=_not_text(name, cell, encoding, asked))
                break
            if cell is not None and not nul and "\0" in cell:
                yield row._replace(cells=(), problem=f"has a NUL byte in its {name}")
                break
        else:
            yield row


def _not_text(name: str, cell: str, encoding: str, asked: Asked) -> str:
    try:
        cell.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return f"has half a symbol in its {name}"
    called = "UTF-8" if encoding == "utf-8-sig" else encoding
    hint = asked.hint("encoding", nearest_encoding(cell))
    return f"has a {name} that is not {called}: {hint} may read it"

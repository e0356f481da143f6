"""Detects the delimiter and the quoting of .csv and .tsv files, unless they are set."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rnnlab.data.file_format import AUTO, DELIMITERS, LOOKED_AT, Asked, Format, opened
from rnnlab.data.packed import ending_of

_LINE_END = re.compile(r"\r\n|\r|\n")
_CELL = r'(?:"(?:[^"]|"")*"|[^"\t]*)'
_QUOTED_ROW = re.compile(rf"{_CELL}(?:\t{_CELL})*")


class Dialect(NamedTuple):
    """A delimiter, whether quotes enclose cells, and how many lines precede the heading."""

    delimiter: str
    quoted: bool
    skip: int = 0


def dialect_of(
    path: Path, encoding: str, columns: Sequence[str], form: Format, asked: Asked, notes: list[str]
) -> Dialect:
    """Return the dialect that is set, or detect it from the heading and the quotes; adds notes on it."""
    with opened(path, encoding) as file:
        head = file.readline(LOOKED_AT)
        excel = re.fullmatch(r"sep=(.)\r?\n?", head)
        if excel is not None:
            head = file.readline(LOOKED_AT)
    usual = "\t" if ending_of(path) == ".tsv" else ","
    delimiter = DELIMITERS.get(form.delimiter, form.delimiter)
    if delimiter == AUTO:
        delimiter = excel[1] if excel is not None else _delimiter(head, columns, usual)
        if delimiter != usual:
            name = next((word for word, mark in DELIMITERS.items() if mark == delimiter), delimiter)
            notes.append(
                f"the cells of {path.name} are parted by {delimiter!r} ({asked.hint('delimiter', name)})"
            )
    quoted = form.quoting == "quotes" or (form.quoting == AUTO and delimiter != "\t")
    if form.quoting == AUTO and delimiter == "\t":
        quoted, found = _are_quotes(path, encoding, form.max_row)
        if found:
            told = "hold cells together" if quoted else "are characters of the text"
            hint = asked.hint("quoting", "quotes" if quoted else "none")
            notes.append(f"the quotes in {path.name} {told} ({hint})")
    return Dialect(delimiter, quoted, int(excel is not None))


def _delimiter(head: str, columns: Sequence[str], usual: str) -> str:
    """Return the first delimiter that splits the heading into all the columns, or else into several cells."""
    marks = [usual, *(mark for mark in DELIMITERS.values() if mark != usual)]
    names = {mark: next(csv.reader([head], delimiter=mark), []) for mark in marks}
    whole = [mark for mark in marks if columns and set(columns) <= set(names[mark])]
    several = [mark for mark in marks if len(names[mark]) > 1]
    return (whole or several or [usual])[0]


def _are_quotes(path: Path, encoding: str, max_row: int) -> tuple[bool, bool]:
    """Return whether the quotes of a tab-separated file enclose cells, and whether it has any quotes.

    They enclose cells if every cell with a quote is enclosed in quotes and doubles those inside. They do not
    if a quoted row would span several lines that each have the width of a row: there two texts merely begin
    with a quote.
    """
    found, width = False, 0
    row, marks, size = list[str](), 0, 0  # lines since a quote opened, their quotes and characters
    with opened(path, encoding) as file:
        while line := file.readline(max_row):
            width = width or line.count("\t")
            if not row and '"' not in line:
                continue
            found = True
            row.append(line)
            marks, size = marks + line.count('"'), size + len(line)
            if marks % 2 == 0:
                whole = "".join(row).rstrip("\r\n")
                lines = _LINE_END.split(whole)
                swallowed = len(lines) > 1 and width > 0 and all(one.count("\t") == width for one in lines)
                if swallowed or not _QUOTED_ROW.fullmatch(whole):
                    return False, True
                row, marks, size = [], 0, 0
            elif size > max_row:
                return False, True
    return not row, found

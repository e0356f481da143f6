"""Reads the rows of .csv and .tsv files, a block of lines at once where each line is a row."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from rnnlab.data.dialect import Dialect
from rnnlab.data.file_format import Asked
from rnnlab.data.lines import Lines, TooLong
from rnnlab.data.record import Row, places_of

QUOTES = {
    "unexpected end of data": "opens a quote that is never closed",
    "expected after": "goes on behind a quote that closes",
}


_Raw = tuple[int, list[str], str]  # the line at which a row begins, its cells, and its problem


def csv_records(
    lines: Lines,
    columns: tuple[str, ...],
    dialect: Dialect,
    path: Path,
    asked: Asked,
    notes: list[str],
    heading: bool = True,
) -> Iterator[Row]:
    """Yield the requested cells of each row below the heading; empty lines are skipped.

    Without a heading the columns are named by their numbers, from "1".

    Adds a note on quoted rows that span several lines of a row's width: two texts that merely begin and end
    with a quote may have been read as one row.
    """
    swallowed: list[tuple[int, int]] = []
    csv.field_size_limit(sys.maxsize)  # `Lines` limits the length of rows
    settings: dict[str, Any] = {"delimiter": dialect.delimiter, "strict": True}
    settings["quoting"] = csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE
    for _ in range(dialect.skip):
        next(lines)
    rows = _raw(lines, settings, swallowed)
    head = next(rows, None)
    names = [] if head is None else head[1]
    if not heading and head is not None:
        rows, names = chain([head], rows), [str(place + 1) for place in range(len(names))]
    places = places_of(columns, names, path, asked)
    width, number = len(names), 0
    for line, cells, problem in rows:
        if (not cells and not problem) or (width > len(cells) == 1 and not cells[0].strip()):
            continue  # an empty line, or one of white space
        number += 1
        if problem:
            yield Row(
                number, (), f"{problem}; {asked.hint('quoting', 'none')} reads quotes as characters", line
            )
        elif len(cells) != width:
            yield Row(number, (), _other_width(len(cells), width, heading), line)
        else:
            yield Row(number, tuple([cells[place] for place in places]), "", line)
    if swallowed:
        first, several = swallowed[0], "rows are" if len(swallowed) > 1 else "row is"
        said = f"{len(swallowed):,} {several} of lines each of which would be a row, the first of {first[1]}"
        notes.append(f"{said} lines from line {first[0]} ({asked.hint('quoting', 'none')} reads them so)")


def _other_width(cells: int, width: int, heading: bool) -> str:
    first = "heading" if heading else "first row"
    return f"has {cells} cell{'s' if cells != 1 else ''} and the {first} {width}"


def _raw(lines: Lines, settings: dict[str, Any], swallowed: list[tuple[int, int]]) -> Iterator[_Raw]:
    """Yield all remaining rows of a file, the heading first."""
    yield from _one_by_one(lines, settings, swallowed, 1)  # the heading
    while True:
        if lines.waiting:
            yield from _one_by_one(lines, settings, swallowed)
            continue
        block = lines.block()
        if not block:
            return
        rows = _whole(block, settings, lines.limit)
        if rows is None:
            lines.give_back(block)
        else:
            yield from zip(
                range(lines.number - len(block) + 1, lines.number + 1), rows, repeat(""), strict=False
            )


def _whole(block: list[str], settings: dict[str, Any], limit: int) -> list[list[str]] | None:
    """Parse a block of lines; None unless each line is a row."""
    if max(map(len, block)) > limit:
        return None
    try:
        rows = list(csv.reader(block, **settings))
    except csv.Error:
        return None
    return rows if len(rows) == len(block) else None


def _one_by_one(
    lines: Lines, settings: dict[str, Any], swallowed: list[tuple[int, int]], most: int | None = None
) -> Iterator[_Raw]:
    """Yield rows, which may span lines or be broken, until no line is waiting or `most` rows are read."""
    reader = csv.reader(lines, **settings)
    while most is None or most > 0:
        lines.begin()
        line = lines.number + 1
        try:
            cells = next(reader)
            count, marks = len(lines.taken), len(cells) - 1
            if count > 2 and marks and all(one.count(settings["delimiter"]) == marks for one in lines.taken):
                swallowed.append((line, count))
            yield line, cells, ""
        except StopIteration:
            return
        except csv.Error as error:
            lines.drop()
            said = [said for part, said in QUOTES.items() if part in str(error)]
            yield line, [], said[0] if said else f"is broken: {error}"
        except TooLong:
            yield line, [], lines.too_long()
        if most is not None:
            most -= 1
        elif not lines.waiting:
            return

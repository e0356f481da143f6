"""Reads the rows of .jsonl files, and the lines of text files as rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from rnnlab.data.file_format import Asked
from rnnlab.data.lines import Lines, TooLong
from rnnlab.data.record import Cells, Row, places_of

LOOKED_AT = 100  # rows in which the columns must first occur


def line_records(lines: Lines) -> Iterator[Row]:
    """Yield each line as a row of one cell."""
    while True:
        lines.begin()
        try:
            line = next(lines)
        except StopIteration:
            return
        except TooLong:
            yield Row(lines.number, (), lines.too_long())
            continue
        yield Row(lines.number, (line.removesuffix("\n").removesuffix("\r"),))


def json_records(
    lines: Lines, columns: tuple[str, ...], path: Path, asked: Asked, nested: bool = False
) -> Iterator[Row]:
    """Yield each line's JSON object as a row; empty lines are skipped.

    Args:
        nested: take lists and objects as cells, as JSON text.

    Raises:
        SettingError: none of the first 100 rows has one of the columns.
    """
    rows = line_records(lines)
    start = list(islice(rows, LOOKED_AT))
    names = {name: None for row in start for name in _names(row)}
    if names:
        places_of(columns, list(names), path, asked)
    number = 0
    for row in chain(start, rows):
        line = row.cells[0] if row.cells else ""
        if not row.problem and (not line or line.isspace()):
            continue
        number += 1
        cells, problem = ((), row.problem) if row.problem else json_cells(line or "", columns, nested)
        yield Row(number, cells, problem, row.number)


def _names(row: Row) -> Iterable[str]:
    """Return the keys of a row's JSON object, none if it has no object."""
    try:
        found = json.loads(row.cells[0] or "") if row.cells else None
    except (ValueError, RecursionError):
        return ()
    return found if isinstance(found, dict) else ()


def json_cells(line: str, columns: tuple[str, ...], nested: bool = False) -> tuple[Cells, str]:
    """Return the cells of a JSON object as they are written, and the problem, "" if there is none."""
    try:
        found = _loads(line, columns)
    except ValueError as error:
        return (), "names a column twice: " + str(error) if isinstance(error, _Twice) else "is not JSON"
    except RecursionError:
        return (), "is nested too deeply"
    if not isinstance(found, dict):
        return (), "is no JSON object"
    if nested:
        return tuple(_as_text(cell) for cell in map(json.loads(line).get, columns)), ""
    cells = [found.get(name) for name in columns]
    for name, cell in zip(columns, cells, strict=True):
        if isinstance(cell, list | dict):
            return (), f"has {'a list' if isinstance(cell, list) else 'an object'} as its {name}"
    return tuple(str(cell).lower() if isinstance(cell, bool) else cell for cell in cells), ""


def _as_text(cell: Any) -> str | None:
    """A text as it is, anything else as JSON."""
    return cell if cell is None or isinstance(cell, str) else json.dumps(cell)


class _Twice(ValueError):
    """An object has a key twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _loads(line: str, columns: Sequence[str]) -> Any:
    written: dict[str, Callable[[str], str]] = dict.fromkeys(
        ("parse_float", "parse_int", "parse_constant"), str
    )
    if any(line.count(f'"{name}"') > 1 for name in columns):  # perhaps a key twice, perhaps in a text
        return json.loads(line, object_pairs_hook=_once, **written)  # type: ignore[arg-type]
    return json.loads(line, **written)  # type: ignore[arg-type]

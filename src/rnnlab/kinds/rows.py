"""Rows of a file with their targets, as `rnnlab evaluate --path` reads them, for any kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnnlab.data.file_format import FORMATS, Asked, Format, unknown_ending
from rnnlab.data.packed import ending_of
from rnnlab.data.record import Row
from rnnlab.data.records import read_records
from rnnlab.errors import SettingError
from rnnlab.kinds.use import EvaluationRequest

OPTION = "--path"


def file_of(request: EvaluationRequest) -> Path:
    """Return the requested file.

    Raises:
        SettingError: its ending is not that of a table, or not that of the requested format.
    """
    path = request.path
    assert path is not None
    if ending_of(path) not in FORMATS:
        raise unknown_ending(path, [*FORMATS], Asked(OPTION, "--"))
    if request.format not in (None, FORMATS[ending_of(path)]):
        raise SettingError(OPTION, path, f"is no {request.format} by its ending")
    return path


def columns_of(request: EvaluationRequest) -> tuple[str | tuple[str, str], str]:
    """Return the columns of inputs, which are two of pairs, and of targets."""
    return request.pair or request.columns[0], request.columns[1]


def read_rows(
    request: EvaluationRequest, notes: list[str] | None = None, nested: bool = False, empty: bool = False
) -> list[Row]:
    """Read the columns of the file; a row that lacks either is marked as broken.

    Args:
        notes: sentences on the detected format are appended.
        nested: JSON lists in a .jsonl file are taken, as JSON text.
        empty: a row may lack its target.

    Raises:
        SettingError: the file cannot be read or lacks a column.
    """
    path, form = file_of(request), request.form or Format()
    rows = read_records(path, columns_of(request), form, Asked(OPTION, "--"), notes, nested)
    found, wanted = [], request.columns[:1] if empty else request.columns
    for row in rows:
        lacking = [name for name, cell in zip(wanted, row.cells, strict=False) if cell is None]
        found.append(row._replace(problem=f"has no {lacking[0]}") if lacking and not row.problem else row)
    return found


def sound_rows(rows: Sequence[Row], request: EvaluationRequest) -> tuple[list[Row], tuple[Row, ...]]:
    """Split the rows into sound ones and broken ones.

    Raises:
        SettingError: a row is broken and those are not to be skipped, or none is sound.
    """
    broken = tuple(row for row in rows if row.problem)
    if broken and not request.skip:
        rule = f"{broken[0]} {broken[0].problem}; --on-error skip leaves such rows out"
        raise SettingError(OPTION, request.path, rule)
    sound = [row for row in rows if not row.problem]
    if not sound:
        raise SettingError(OPTION, request.path, "has no sound row" if broken else "has no rows")
    return sound, broken

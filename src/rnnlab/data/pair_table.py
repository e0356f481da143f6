"""Reads pairs of texts: from a table of two columns, or from two parallel text files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from rnnlab.data.dialect import dialect_of
from rnnlab.data.file_format import FORMATS, Asked, Format, encoding_of, opened, unknown_ending
from rnnlab.data.packed import ending_of
from rnnlab.data.pair_settings import PairSpec
from rnnlab.data.record import Row
from rnnlab.data.records import read_records
from rnnlab.errors import SettingError

SKIP = "data.on_error=skip leaves such rows out"
SIDES = ("source", "target")
Files = Sequence[Path]  # a table, or two parallel files


class PairTable(NamedTuple):
    """N pairs of texts, as the files have them.

    Attributes:
        groups: the cells of the group column; None without one.
        rows: the number of each pair in its file, from 1, heading and empty lines of tables not counted.
        broken: rows that were left out. notes: sentences on the detected format.
    """

    sources: list[str]
    targets: list[str]
    groups: list[str] | None
    rows: list[int]
    broken: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()

    def taken(self, places: Sequence[int]) -> PairTable:
        """Return the pairs at these places."""
        groups = None if self.groups is None else [self.groups[place] for place in places]
        sources, targets = ([column[place] for place in places] for column in (self.sources, self.targets))
        rows = [self.rows[place] for place in places]
        return PairTable(sources, targets, groups, rows, self.broken, self.notes)


def read_pairs(files: Files, spec: PairSpec, asked: Asked | None = None) -> PairTable:
    """Read the pairs of a table (.tsv, .csv, .jsonl, .parquet) or of two parallel files; `.gz` of each.

    A table without a heading is read by column numbers; where no column was named and the first line has
    two cells that are not `source` and `target`, it counts as a pair, and a note says so.

    Args:
        asked: names of the settings, for messages; None takes those of a config.

    Raises:
        SettingError: a file cannot be read or lacks a column, parallel files have other numbers of lines, a
            row is broken (its number is named), or there is none.
    """
    asked = asked or Asked(columns=spec.settings)
    notes: list[str] = []
    broken: list[Row] = []
    rows = _parallel(files, spec, asked, notes) if len(files) > 1 else _table(files[0], spec, asked, notes)
    numbers, cells = [], []
    for row in rows:
        lacking = [name for name, cell in zip(spec.columns, row.cells, strict=False) if cell is None]
        row = row._replace(problem=f"has no {lacking[0]}") if lacking and not row.problem else row
        if not row.problem:
            numbers.append(row.number)
            cells.append(row.cells)
        elif spec.on_error == "skip":
            broken.append(row)
        else:
            skip = SKIP if asked.prefix != "--" else "--on-error skip leaves such rows out"
            raise SettingError(asked.file, files[0], f"{row} {row.problem}; {skip}")
    if not cells:
        raise SettingError(asked.file, files[0], "has no sound row" if broken else "the file has no rows")
    notes += [_left_out(broken, files[0])] if broken else []
    columns = [[cell or "" for cell in column] for column in zip(*cells, strict=True)]
    groups = columns[2] if len(columns) > len(SIDES) else None
    return PairTable(columns[0], columns[1], groups, numbers, tuple(broken), tuple(notes))


def _table(path: Path, spec: PairSpec, asked: Asked, notes: list[str]) -> Iterator[Row]:
    """Yield the rows of a table: source, target and, where there is one, the group."""
    _check_file(path, spec.form, asked)
    if ending_of(path) not in FORMATS:
        error = unknown_ending(path, [*FORMATS], asked)
        if asked.prefix == "--":
            raise error
        line, *rest = error.rule.split("\n")
        parallel = f"; two parallel text files are {asked.hint('files.train', '[SOURCE_FILE,TARGET_FILE]')}"
        raise SettingError(asked.file, path, "\n".join([line + parallel, *rest]))
    columns, heading = spec.columns, spec.heading
    if FORMATS[ending_of(path)] not in ("csv", "tsv"):
        heading = True
    elif spec.by_default and _is_bare(path, spec.form, asked):
        columns, heading = ("1", "2"), False
        said = f"{path.name} has no heading of {' and '.join(spec.columns)}: its first line is read as a pair"
        hint = " and ".join(asked.hint(name, "NAME") for name in asked.columns[:2])
        notes.append(f"{said} ({hint} name other columns)")
    yield from read_records(path, columns, spec.form, asked, notes, heading=heading)


def _is_bare(path: Path, form: Format, asked: Asked) -> bool:
    """Return whether the first line of a table has two cells, none of which is the name of a column."""
    encoding = encoding_of(path, form, asked)
    dialect = dialect_of(path, encoding, SIDES, form, asked, [])
    with opened(path, encoding, form.max_file) as file:
        lines = (file.readline(form.max_row) for _ in range(dialect.skip + 1))
        *_, first = lines
    settings: dict[str, Any] = {"quoting": csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE}
    cells = next(csv.reader([first], delimiter=dialect.delimiter, **settings), [])
    return len(cells) == len(SIDES) and not set(cells) & set(SIDES)


def _parallel(files: Files, spec: PairSpec, asked: Asked, notes: list[str]) -> Iterator[Row]:
    """Yield the lines of two files as pairs.

    Raises:
        SettingError: they have other numbers of lines; names both, after all pairs were read.
    """
    if spec.group_column is not None:
        rule = "is a column of a table, and two parallel text files have none: choose null"
        raise SettingError(asked.setting("group_column"), spec.group_column, rule)
    for path in files:
        _check_file(path, spec.form, asked)
        if ending_of(path) in FORMATS:
            rule = f"is a table, and of two parallel files each holds one text a line ({ending_of(path)})"
            raise SettingError(asked.file, path, rule)
    form = (spec.form, Asked(asked.file, asked.prefix, (asked.file,)))
    sides = [_Counted(read_records(path, ("text",), *form, notes)) for path in files]
    for source, target in zip_longest(*sides):
        if source is None or target is None:
            continue
        problem = next((row.problem for row in (source, target) if row.problem), "")
        yield Row(source.number, () if problem else (source.cells[0], target.cells[0]), problem)
    counts = [side.count for side in sides]
    if counts[0] != counts[1]:
        first, second = (f"{path.name} has {n:,}" for path, n in zip(files, counts, strict=True))
        raise SettingError(asked.file, files[1], f"parallel files need as many lines: {first}, {second}")


class _Counted:
    """Rows, and how many of them were read."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.count += 1
            yield row


def _check_file(path: Path, form: Format, asked: Asked) -> None:
    if path.is_file() and path.stat().st_size == 0:
        raise SettingError(asked.file, path, "the file is empty")


def _left_out(broken: Sequence[Row], path: Path) -> str:
    rows = f"{len(broken):,} rows" if len(broken) > 1 else "1 row"
    first = broken[0]
    return f"{rows} of {path.name} left out (data.on_error=skip); the first is {first}, which {first.problem}"

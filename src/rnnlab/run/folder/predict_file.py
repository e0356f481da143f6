"""Predict the rows of a file, a few thousand at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol

from rnnlab.data.file_format import Asked, Format
from rnnlab.data.record import Row
from rnnlab.data.records import read_records
from rnnlab.errors import SettingError
from rnnlab.kinds.use import JSON, NAMES, TEXT, Answerer
from rnnlab.tokenizer.unread import Noted

CHUNK = 4096  # rows in memory at a time
NOUNS = {TEXT: "texts", JSON: "rows"}
KINDS = (".csv", ".jsonl", ".parquet")


class Writer(Protocol):
    def write(self, rows: list[dict[str, Any]]) -> None: ...

    def close(self) -> None: ...


def predict_file(
    answerer: Answerer,
    source: Path,
    output: Path | None,
    column: str | tuple[str, str],
    skip: bool,
    form: Format | None = None,
    formulas: bool = False,
) -> str:
    """Answer every row of a file in order; return a summary, with a line for each note.

    The output file appears under its name only when it is complete.

    Args:
        output: None prints CSV.
        column: the name of the inputs' column; two for pairs of texts.
        skip: leave broken rows out and count them.
        form: format of the file; None detects it.
        formulas: write CSV cells as they are, even if a spreadsheet would run them as formulas.

    Raises:
        SettingError: the file cannot be read or has a broken row, or the output cannot be written.
    """
    from rnnlab.bar import Bar

    broken, noted = LeftOut(), Noted()
    notes: list[str] = []
    form, nested, what = form or Format(max_file=None), answerer.reads == JSON, NOUNS[answerer.reads]
    rows = read_records(source, (column,), form, Asked("--input", "--"), notes, nested)
    columns = ["row", NAMES[answerer.reads], *answerer.columns]
    with opened_output(output, columns, formulas, notes) as writer, Bar(unit=f" {what}") as bar:
        count = 0
        while chunk := list(islice(sound(rows, broken, skip, source, answerer), CHUNK)):
            found = answerer([answerer.read(row.cells[0] or "") for row in chunk])
            writer.write([line_of(*one, answerer) for one in zip(chunk, found, strict=True)])
            for row, one in zip(chunk, found, strict=True):
                noted.add(row.number, one.get("note"))
            count += len(chunk)
            bar.update(len(chunk))
        if not count:
            empty = f"has no {what.removesuffix('s')} in it"
            raise SettingError("--input", source, "has no sound row" if broken.count else empty)
    done = f"{count:,} {what} predicted" + (f" in {output}" if output else "") + broken.phrase()
    return "\nnote: ".join([done, *notes, *filter(None, [noted.summary()])])


class LeftOut:
    """Counts broken rows and keeps the first: a file may have millions."""

    def __init__(self) -> None:
        self.count = 0
        self.first: Row | None = None

    def add(self, row: Row) -> None:
        self.count += 1
        self.first = row if self.first is None else self.first

    def phrase(self) -> str:
        """Return a phrase on the rows, "" for none."""
        if self.first is None:
            return ""
        return f"; {self.count:,} left out, the first is {self.first}, which {self.first.problem}"


def line_of(row: Row, answer: dict[str, Any], answerer: Answerer) -> dict[str, Any]:
    """Return a row of the output."""
    return {"row": row.number, NAMES[answerer.reads]: row.cells[0] or "", **answerer.cells(answer)}


def sound(
    rows: Iterator[Row], broken: LeftOut, skip: bool, source: Path, answerer: Answerer
) -> Iterator[Row]:
    """Yield the sound rows; broken rows are added to `broken` if skipped, else raise SettingError."""
    for row in rows:
        problem = row.problem or problem_of(row, answerer)
        if not problem:
            yield row
        elif skip:
            broken.add(row._replace(problem=problem))
        else:
            rule = f"{row} {problem}; --on-error skip leaves such rows out"
            raise SettingError("--input", source, rule)


def problem_of(row: Row, answerer: Answerer) -> str:
    """Return why a row's cell is not an input, "" for a sound one."""
    if not row.cells or row.cells[0] is None:
        return f"has no {NOUNS[answerer.reads].removesuffix('s')}" if row.cells else ""
    if answerer.reads == JSON:
        try:
            answerer.encode([answerer.read(row.cells[0])])
        except (ValueError, SettingError) as error:
            return f"cannot be read: {getattr(error, 'rule', error)}"
    return ""


def changed(writer: Writer) -> list[str]:
    """Return a note on cells that were escaped so that no spreadsheet runs them as formulas."""
    count = getattr(writer, "changed", 0)
    if not count:
        return []
    cells = (
        f"{count:,} cells that a spreadsheet would compute are"
        if count > 1
        else "a cell that a spreadsheet would compute is"
    )
    return [f"{cells} written behind a ' mark (--formulas keep writes them as they are)"]


@contextmanager
def opened_output(
    output: Path | None, columns: list[str], formulas: bool, notes: list[str]
) -> Iterator[Writer]:
    """Open a writer of rows; the file appears under its name only when all is written."""
    from rnnlab.data.row_writers import CSVWriter, JSONWriter, ParquetWriter

    if output is None:
        printer = CSVWriter(sys.stdout, columns, formulas)
        yield printer
        notes += changed(printer)
        return
    if output.suffix.lower() not in KINDS:
        raise SettingError("--output", output, f"must end with {', '.join(KINDS)}")
    part = output.with_name(f"{output.name}.{os.getpid()}.part")
    try:
        file = part.open("wb")
    except OSError as error:
        raise SettingError("--output", output, f"cannot be written: {error.strerror}") from error
    kinds: dict[str, Callable[[IO[bytes], list[str]], Writer]] = {
        ".csv": partial(CSVWriter.of_file, keep=formulas),
        ".jsonl": JSONWriter,
        ".parquet": ParquetWriter,
    }
    try:
        with file:
            writer = kinds[output.suffix.lower()](file, columns)
            yield writer
            writer.close()
            notes += changed(writer)
        os.replace(part, output)
    finally:
        part.unlink(missing_ok=True)

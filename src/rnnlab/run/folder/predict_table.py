"""Answer a file that a kind reads as a whole, such as a table of series."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.kinds.table_answer import TableAnswer, TableFile
from rnnlab.kinds.use import Answerer
from rnnlab.report.tables import render
from rnnlab.run.folder.predict_file import Writer, opened_output

MOST_PRINTED = 200  # rows of a table on a terminal
PICTURE = "{}_predicted.png"


def predict_table(answerer: Answerer, file: TableFile, output: Path | None, formulas: bool = False) -> str:
    """Answer a file, write its rows and its picture; return a summary, with a line for each note.

    The output file appears under its name only when it is complete. Without one the rows are printed: as a
    table on a terminal, else as CSV.

    Args:
        formulas: write CSV cells as they are, even if a spreadsheet would run them as formulas.

    Raises:
        SettingError: the file cannot be read or answered, or the output cannot be written.
    """
    answer = answerer.table(file)
    notes = [*answer.notes]
    with opened_writer(output, answer, formulas, notes) as writer:
        for rows in answer.rows:
            writer.write([dict(row) for row in rows])
    done = answer.done + (f" in {output}" if output else "")
    if answer.draw is not None:
        picture = picture_of(file.path, output)
        answer.draw(picture)
        done += f"; drawn in {picture}"
    return "\nnote: ".join([done, *notes])


def picture_of(source: Path, output: Path | None) -> Path:
    """Return the picture's file: beside the output, or in the current folder."""
    return Path(PICTURE.format(source.stem)) if output is None else output.with_suffix(".png")


@contextmanager
def opened_writer(
    output: Path | None, answer: TableAnswer, formulas: bool, notes: list[str]
) -> Iterator[Writer]:
    if output is None and sys.stdout.isatty():
        printer = TablePrinter(list(answer.columns))
        yield printer
        printer.close()
        return
    with opened_output(output, list(answer.columns), formulas, notes) as writer:
        yield writer


class TablePrinter:
    """Prints the first rows as a table when it is closed."""

    def __init__(self, columns: list[str]) -> None:
        self.columns, self.rows, self.count = columns, list[list[str]](), 0

    def write(self, rows: list[dict[str, Any]]) -> None:
        self.count += len(rows)
        for row in rows[: MOST_PRINTED - len(self.rows)]:
            self.rows.append([shown(row[name]) for name in self.columns])

    def close(self) -> None:
        print(render(self.columns, self.rows))
        if self.count > len(self.rows):
            print(f"... and {self.count - len(self.rows):,} more: --output FILE writes all")


def shown(cell: Any) -> str:
    return f"{cell:.6g}" if isinstance(cell, float) else "" if cell is None else str(cell)


def check_typed(text_column: str | None, on_error: str) -> None:
    """Refuse options of files that are read row by row.

    Raises:
        SettingError: one of them was typed.
    """
    if text_column is not None:
        rule = "is no option of this run: it reads a whole table, by the column names of its training data"
        raise SettingError("--text-column", text_column, rule)
    if on_error != "stop":
        rule = "is no option of this run: it reads a whole table, where no row can be left out"
        raise SettingError("--on-error", on_error, rule)

"""Writes rows of predictions as CSV, JSON lines or Parquet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import IO, Any

Row = dict[str, Any]


MARKS = frozenset("=+-@\t\r")  # start of a cell that a spreadsheet runs as a formula
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")  # harmless, though it begins so


def escaped(cell: object) -> object:
    """Return the cell, with a leading quote mark if a spreadsheet would run its text as a formula."""
    if isinstance(cell, str) and cell[:1] in MARKS and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


class CSVWriter:
    """Writes CSV; the heading is written with the first rows.

    Attributes:
        changed: number of cells with an added quote mark; see `escaped`.

    Args:
        keep: write every cell as it is.
    """

    def __init__(self, file: IO[str], columns: Sequence[str], keep: bool = False) -> None:
        self.file, self.columns, self.keep, self.changed = file, columns, keep, 0
        self.writer = csv.writer(file, lineterminator="\n")
        self._headed = False

    @classmethod
    def of_file(cls, file: IO[bytes], columns: Sequence[str], keep: bool = False) -> CSVWriter:
        return cls(io.TextIOWrapper(file, "utf-8", newline="", write_through=True), columns, keep)

    def write(self, rows: Sequence[Row]) -> None:
        if not self._headed:
            self.writer.writerow(self.columns)
            self._headed = True
        lines = [[row[name] for name in self.columns] for row in rows]
        if not self.keep:
            for line in lines:
                self._escape(line)
        self.writer.writerows(lines)

    def _escape(self, line: list[Any]) -> None:
        for place, cell in enumerate(line):
            if type(cell) is str and cell[:1] in MARKS and (safe := escaped(cell)) is not cell:
                line[place] = safe
                self.changed += 1

    def close(self) -> None:
        self.file.flush()


class JSONWriter:
    """Writes a JSON object per line."""

    def __init__(self, file: IO[bytes], columns: Sequence[str]) -> None:
        self.file, self.columns = file, columns

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self.file.write(json.dumps({name: row[name] for name in self.columns}).encode() + b"\n")

    def close(self) -> None:
        self.file.flush()


class ParquetWriter:
    """Writes a Parquet row group per call; the first one decides which columns hold strings."""

    def __init__(self, file: IO[bytes], columns: Sequence[str]) -> None:
        self.file, self.columns = file, columns
        self.writer: Any = None

    def write(self, rows: Sequence[Row]) -> None:
        import pyarrow as pa

        if self.writer is None:
            self.writer = self._open(
                {name for row in rows for name, cell in row.items() if type(cell) is str}
            )
        self.writer.write_table(pa.Table.from_pylist(list(rows), schema=self.writer.schema))

    def _open(self, strings: set[str]) -> Any:
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds = {"row": pa.int64(), **dict.fromkeys({"text", "label", "note", *strings}, pa.string())}
        schema = pa.schema([(name, kinds.get(name, pa.float64())) for name in self.columns])
        return pq.ParquetWriter(self.file, schema)

    def close(self) -> None:
        (self.writer or self._open(set())).close()

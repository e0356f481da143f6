"""Reads columns of csv, tsv, jsonl and parquet files in chunks of rows, as Arrow arrays."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from rnnlab.data.dialect import Dialect, dialect_of
from rnnlab.data.file_format import AUTO, FORMATS, Asked, encoding_of, opened, unknown_ending
from rnnlab.data.packed import ending_of, open_bytes
from rnnlab.data.record import places_of
from rnnlab.data.record_parquet import open_parquet
from rnnlab.data.series.source import SeriesSource
from rnnlab.errors import SettingError

if TYPE_CHECKING:
    import pyarrow

MISSING = ("", "NA", "N/A", "#N/A", "NaN", "nan", "-nan", "null", "NULL", "None", "none", "?")
BLOCK = 1 << 22  # bytes of a csv file that are parsed at once
BATCH = 1 << 18  # rows of a parquet file that are read at once


class Chunk(NamedTuple):
    """Some rows of a file: an Arrow array for each column, and the number of the first row, from 1."""

    first: int
    columns: dict[str, pyarrow.Array]


class ColumnFile:
    """A file of rows with named columns.

    Attributes:
        names: of its columns, in order.

    Args:
        asked: names the settings of the file and its columns, for messages.
        wanted: columns by which the delimiter is detected.
        notes: sentences on what was detected are appended.

    Raises:
        SettingError: an unknown ending, an empty file, or one that is not in its format.
    """

    def __init__(
        self, path: Path, source: SeriesSource, asked: Asked, wanted: Sequence[str], notes: list[str]
    ) -> None:
        self.path, self.source, self.asked = path, source, asked
        self.kind = FORMATS.get(ending_of(path), "") if source.format == AUTO else source.format
        if not self.kind:
            raise unknown_ending(path, [*FORMATS], asked)
        if path.stat().st_size == 0:
            raise SettingError(asked.file, path, "the file is empty")
        if self.kind == "parquet":
            self.names = tuple(open_parquet(path, asked).schema_arrow.names)
        elif self.kind == "jsonl":
            self._lines = self._read_json()
            self.names = tuple(self._lines.column_names)
        else:
            self.encoding = encoding_of(path, source.form, asked)
            self.dialect: Dialect = dialect_of(path, self.encoding, wanted, source.form, asked, notes)
            self.names = self._heading()

    def check(self, columns: Sequence[str], settings: Sequence[str]) -> None:
        """Check that columns exist, once each; `settings` names the setting of each.

        Raises:
            SettingError: a column that is missing or duplicate.
        """
        places_of(columns, self.names, self.path, self.asked._replace(columns=tuple(settings)))

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """Yield columns of all rows: as text from csv and tsv files, else of the types that the file has."""
        first = 1
        reader = {"parquet": self._parquet, "jsonl": self._json}.get(self.kind, self._csv)
        for batch in reader(list(dict.fromkeys(columns))):
            if batch.num_rows:
                yield Chunk(first, {name: batch.column(name) for name in columns})
            first += batch.num_rows

    def _heading(self) -> tuple[str, ...]:
        with opened(self.path, self.encoding, self.source.max_file) as file:
            for _ in range(self.dialect.skip):
                file.readline()
            names = next(csv.reader(file, delimiter=self.dialect.delimiter), [])
        if not names:
            raise SettingError(self.asked.file, self.path, "the file is empty")
        if self.source.heading:
            return tuple(name.strip() for name in names)
        return tuple(str(place + 1) for place in range(len(names)))

    def _csv(self, columns: list[str]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow
        import pyarrow.csv

        skipped = self.dialect.skip + int(self.source.heading)
        # a name that stands twice gets another, so that Arrow takes the heading
        unique = [n if self.names.index(n) == i else f"{n}\0{i}" for i, n in enumerate(self.names)]
        bad: list[Any] = []

        def refuse(row: Any) -> str:
            bad.append(row)
            return "error"

        with open_bytes(self.path, self.source.max_file, self.asked.file) as file:
            try:
                yield from pyarrow.csv.open_csv(
                    file,
                    pyarrow.csv.ReadOptions(
                        use_threads=False,
                        block_size=BLOCK,
                        skip_rows=skipped,
                        column_names=unique,
                        encoding="utf8" if self.encoding == "utf-8-sig" else self.encoding,
                    ),
                    pyarrow.csv.ParseOptions(
                        delimiter=self.dialect.delimiter,
                        quote_char='"' if self.dialect.quoted else False,
                        invalid_row_handler=refuse,
                    ),
                    pyarrow.csv.ConvertOptions(
                        column_types={name: pyarrow.string() for name in columns},
                        include_columns=columns,
                        null_values=MISSING,
                        strings_can_be_null=True,
                    ),
                )
            except (pyarrow.ArrowException, UnicodeError) as error:
                raise self._broken(error, bad, skipped) from error

    def _broken(self, error: Exception, bad: list[Any], skipped: int) -> SettingError:
        """Return the error for a file that Arrow cannot parse, with the row where it is known."""
        if bad:
            row, cells = bad[0].number - skipped, bad[0].actual_columns
            rule = f"row {row} has {cells} cell{'s' if cells != 1 else ''} and the heading {len(self.names)}"
            return SettingError(self.asked.file, self.path, rule)
        reason = " ".join(str(error).split())[:150]
        if "UTF8" in reason or isinstance(error, UnicodeError):
            hint = self.asked.hint("encoding", "cp1252")
            rule = f"is not {self.encoding.removesuffix('-sig')}: {hint} may read it"
            return SettingError(self.asked.file, self.path, rule)
        return SettingError(self.asked.file, self.path, f"cannot be read as {self.kind}: {reason}")

    def _parquet(self, columns: list[str]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        try:
            yield from open_parquet(self.path, self.asked).iter_batches(BATCH, columns=columns)
        except (pyarrow.ArrowException, OSError) as error:
            raise self._broken(error, [], 0) from error

    def _json(self, columns: list[str]) -> Iterator[pyarrow.RecordBatch]:
        yield from self._lines.select(columns).to_batches()

    def _read_json(self) -> pyarrow.Table:
        import pyarrow
        import pyarrow.json

        options = pyarrow.json.ReadOptions(use_threads=False, block_size=BLOCK)
        with open_bytes(self.path, self.source.max_file, self.asked.file) as file:
            try:
                return pyarrow.json.read_json(_python_file(file), options)
            except pyarrow.ArrowException as error:
                raise self._broken(error, [], 0) from error


def _python_file(file: IO[bytes]) -> pyarrow.NativeFile:
    import pyarrow

    return pyarrow.PythonFile(file, mode="r")

"""Reads the rows of Parquet files as text; NaN becomes None."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.data.file_format import Asked, Format
from rnnlab.data.record import Row, places_of
from rnnlab.errors import SettingError
from rnnlab.untrusted import parse_json

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

BATCH = 1024  # rows


def parquet_records(path: Path, columns: tuple[str, ...], form: Format, asked: Asked) -> Iterator[Row]:
    """Yield the rows of a Parquet file; see `rnnlab.data.records.read_records`."""
    file = open_parquet(path, asked)
    places_of(columns, file.schema_arrow.names, path, asked)
    limit = form.max_file
    number, size = 0, _unpacked(file)
    if limit is not None and size > limit:
        raise _too_large(path, size, limit, asked)
    size = 0
    for batch in _batches(file, columns, path, asked):
        size += batch.nbytes
        if limit is not None and size > limit:
            raise _too_large(path, size, limit, asked)
        cells = [
            _strings(batch.column(name), asked.setting(setting), name, path)
            for setting, name in zip(asked.columns, columns, strict=False)
        ]
        for row in zip(*cells, strict=True):
            number += 1
            long = any(cell is not None and len(cell) > form.max_row for cell in row)
            yield Row(number, (), f"has more than {form.max_row:,} characters") if long else Row(number, row)


def open_parquet(path: Path, asked: Asked) -> pyarrow.parquet.ParquetFile:
    """Open a Parquet file; raises SettingError if it cannot be read."""
    import pyarrow
    from pyarrow import parquet

    try:
        return parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise _unreadable(path, error, asked) from error


def _batches(
    file: pyarrow.parquet.ParquetFile, columns: tuple[str, ...], path: Path, asked: Asked
) -> Iterator[pyarrow.RecordBatch]:
    """Yield batches of rows; raises SettingError for damaged data, which opening the file does not read."""
    import pyarrow

    try:
        yield from file.iter_batches(BATCH, columns=list(dict.fromkeys(columns)))
    except (pyarrow.ArrowException, OSError) as error:
        raise _unreadable(path, error, asked) from error


def has_integers(path: Path, column: str) -> bool:
    """Return whether a column is of an integer type; False for files other than Parquet."""
    import pyarrow
    from pyarrow import parquet

    if path.suffix.lower() != ".parquet":
        return False
    kind = parquet.read_schema(path).field(column).type
    return bool(pyarrow.types.is_integer(kind))


def is_class_label(path: Path, column: str) -> bool:
    """Return whether a column is a ClassLabel in the metadata that `datasets` writes to Parquet files."""
    from pyarrow import parquet

    if path.suffix.lower() != ".parquet":
        return False
    told = (parquet.read_schema(path).metadata or {}).get(b"huggingface")
    try:
        return bool(parse_json(told or b"{}")["info"]["features"][column]["_type"] == "ClassLabel")
    except (ValueError, KeyError, TypeError):
        return False


def _unpacked(file: pyarrow.parquet.ParquetFile) -> int:
    """Return the uncompressed size of the row groups in bytes, by the file's metadata."""
    meta = file.metadata
    return sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))


def _unreadable(path: Path, error: Exception, asked: Asked) -> SettingError:
    reason = " ".join(str(error).split())[:150]
    return SettingError(asked.file, path, f"cannot be read as parquet: {reason}")


def _too_large(path: Path, size: int, limit: int, asked: Asked) -> SettingError:
    rule = f"has {size:,} bytes or more unpacked; {asked.hint('max_file', str(limit))} allows no more"
    return SettingError(asked.file, path, rule)


def _strings(column: pyarrow.Array, setting: str, name: str, path: Path) -> list[str | None]:
    import pyarrow
    import pyarrow.compute

    if pyarrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pyarrow.types.is_float64(column.type):
        return [None if value is None or value != value else repr(value) for value in column.to_pylist()]
    if pyarrow.types.is_floating(column.type):
        missing = pyarrow.compute.is_nan(column)
        column = pyarrow.compute.if_else(missing, pyarrow.scalar(None, column.type), column)
    try:
        return list(column.cast(pyarrow.string()).to_pylist())
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError) as error:
        raise SettingError(setting, name, f"holds {column.type} in {path}, not plain values") from error

"""The file formats that a table of texts may have, loaded into Arrow, and the check that a file is UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.errors import SettingError, suggest

if TYPE_CHECKING:
    import pyarrow

ENDINGS = (".csv", ".tsv", ".jsonl", ".parquet")
_CHUNK = 1 << 24  # bytes; also the largest row that a CSV or JSONL file may have


def load_columns(path: Path, wanted: Mapping[str, str]) -> pyarrow.Table:
    """An Arrow table that has the wanted columns; `wanted` maps the setting that names a column to its name.

    Raises:
        SettingError: unknown ending, no such column, not UTF-8, or not what the ending says.
    """
    import pyarrow

    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise SettingError("data.files", path, f"unknown file ending\n{suggest(ending, ENDINGS)}")
    if path.stat().st_size == 0:
        raise SettingError("data.files", path, "the file is empty")
    if ending != ".parquet":
        check_utf8(path)
    loaders = {".parquet": _parquet, ".jsonl": _jsonl, ".csv": _csv, ".tsv": _csv}
    try:
        return loaders[ending](path, wanted)
    except pyarrow.ArrowInvalid as error:
        reason = str(error).splitlines()[0]
        raise SettingError("data.files", path, f"cannot be read as {ending[1:]}: {reason}") from error


def check_utf8(path: Path) -> None:
    """Raises SettingError with the offset of the first byte that is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = offset - pending + error.start
                rule = f"is not UTF-8: byte {error.object[error.start]:#04x} at offset {at}"
                raise SettingError("data.files", path, rule) from error
            if not chunk:
                return
            offset += len(chunk)


def _parquet(path: Path, wanted: Mapping[str, str]) -> pyarrow.Table:
    from pyarrow import parquet

    _check_columns(wanted, parquet.read_schema(path).names, path)
    return parquet.read_table(path, columns=list(dict.fromkeys(wanted.values())), partitioning=None)


def _csv(path: Path, wanted: Mapping[str, str]) -> pyarrow.Table:
    import pyarrow
    from pyarrow import csv

    # texts and labels stay as written: no "NA" becomes a null, no "007" a number
    as_written = {name: pyarrow.string() for name in wanted.values()}
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    table = csv.read_csv(
        path,
        read_options=csv.ReadOptions(block_size=_CHUNK),
        parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=as_written),
    )
    _check_columns(wanted, table.column_names, path)
    return table


def _jsonl(path: Path, wanted: Mapping[str, str]) -> pyarrow.Table:
    from pyarrow import json

    table = json.read_json(path, read_options=json.ReadOptions(block_size=_CHUNK))
    _check_columns(wanted, table.column_names, path)
    return table


def _check_columns(wanted: Mapping[str, str], columns: Sequence[str], path: Path) -> None:
    for setting, name in wanted.items():
        if name not in columns:
            raise SettingError(setting, name, f"no such column in {path}", names=columns)

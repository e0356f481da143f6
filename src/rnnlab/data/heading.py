"""Reads the names of a table's columns, without its rows."""

from __future__ import annotations

import csv
import json
from itertools import islice
from pathlib import Path
from typing import Any

from rnnlab.data.dialect import dialect_of
from rnnlab.data.file_format import FORMATS, Asked, Format, check_format, encoding_of, opened
from rnnlab.data.packed import ending_of
from rnnlab.data.record_lines import LOOKED_AT
from rnnlab.data.record_parquet import open_parquet


def is_table(path: Path) -> bool:
    """Return whether a file's ending is that of a table; any other file is one of lines."""
    return ending_of(path) in FORMATS


def column_names(path: Path, form: Format, asked: Asked) -> list[str]:
    """Return the names in a table's heading, in their order; of .jsonl the keys of the first 100 objects.

    Raises:
        SettingError: the file is not text, or is no Parquet file.
    """
    check_format(form, asked)
    kind = FORMATS[ending_of(path)]
    if kind == "parquet":
        return list(open_parquet(path, asked).schema_arrow.names)
    encoding = encoding_of(path, form, asked)
    if kind == "jsonl":
        return _keys(path, encoding, form)
    dialect = dialect_of(path, encoding, (), form, asked, [])
    with opened(path, encoding, form.max_file) as file:
        for _ in range(dialect.skip):
            file.readline()
        settings: dict[str, Any] = {"delimiter": dialect.delimiter}
        settings["quoting"] = csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE
        try:
            return next(csv.reader(file, **settings), [])
        except csv.Error:  # the rows' reader says what is wrong with it
            return []


def _keys(path: Path, encoding: str, form: Format) -> list[str]:
    names: dict[str, None] = {}
    with opened(path, encoding, form.max_file) as file:
        for line in islice(iter(lambda: file.readline(form.max_row), ""), LOOKED_AT):
            try:
                found = json.loads(line)
            except (ValueError, RecursionError):
                continue
            names |= dict.fromkeys(found) if isinstance(found, dict) else {}
    return list(names)

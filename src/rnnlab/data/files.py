"""Reads local files: tables of texts and labels, and plain text. `rnnlab.data.formats` knows the formats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rnnlab.data.formats import check_utf8, load_columns
from rnnlab.errors import SettingError

if TYPE_CHECKING:
    import pyarrow


class Table(NamedTuple):
    """Texts and their labels, row by row, as they are written; None is a label that is missing.

    Attributes:
        rows: the number of each row in its file, from 1, the heading not counted.
        typed: the labels are integers by the file's own type, not by how they look.
    """

    texts: list[str]
    labels: list[str | None]
    rows: Sequence[int]
    typed: bool = False


def read_table(path: Path, text_column: str, label_column: str) -> Table:
    """Texts and labels of a .csv, .tsv, .jsonl or .parquet file.

    Texts that are missing become empty.

    Raises:
        SettingError: unknown ending, no such column, not UTF-8 (with the byte offset), no rows, or a file
            that cannot be read as what its ending says.
    """
    import pyarrow

    table = load_columns(path, {"data.text_column": text_column, "data.label_column": label_column})
    if table.num_rows == 0:
        raise SettingError("data.files", path, "the file has no rows")
    texts = _strings(table.column(text_column), "data.text_column", text_column, path)
    column = table.column(label_column)
    labels = _strings(column, "data.label_column", label_column, path)
    typed = path.suffix.lower() == ".parquet" and pyarrow.types.is_integer(column.type)
    return Table([text or "" for text in texts], labels, range(1, len(texts) + 1), typed)


def read_text(path: Path) -> str:
    """The whole of a UTF-8 text file, line ends as they are.

    Raises:
        SettingError: not UTF-8 (with the byte offset), or nothing but white space.
    """
    check_utf8(path)
    text = path.read_bytes().decode("utf-8-sig")
    if not text.strip():
        raise SettingError("data.files", path, "the file is empty")
    return text


def _strings(column: pyarrow.ChunkedArray, setting: str, name: str, path: Path) -> list[str | None]:
    import pyarrow

    try:
        return column.cast(pyarrow.string()).to_pylist()
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError) as error:
        raise SettingError(setting, name, f"holds {column.type} in {path}, not plain values") from error

"""Reads local files whole: plain text, and tables of texts and labels (by `rnnlab.data.records`)."""

from __future__ import annotations

import codecs
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rnnlab.data.file_format import FORMATS, Asked, Format, encoding_of, nearest_encoding, unknown_ending
from rnnlab.data.packed import ending_of
from rnnlab.data.record import Row
from rnnlab.data.record_parquet import has_integers, is_class_label
from rnnlab.data.records import read_records
from rnnlab.errors import SettingError

ON_ERROR = ("stop", "skip")
SKIP = "data.on_error=skip leaves such rows out"
_CHUNK = 1 << 24  # bytes


class Table(NamedTuple):
    """Texts and labels of N rows, as written in the file; a missing label is None.

    Attributes:
        rows: the number of each row in its file, from 1, heading and empty lines not counted.
        typed: whether the column's type in the file is integer, as Parquet has it.
        places: whether the file declares these integers to be class ids (ClassLabel of `datasets`).
        broken: rows that were left out. notes: sentences on the detected format.
    """

    texts: list[str]
    labels: list[str | None]
    rows: Sequence[int]
    typed: bool = False
    broken: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    places: bool = False


def read_table(
    path: Path,
    text_column: str | tuple[str, str],
    label_column: str,
    form: Format | None = None,
    on_error: str = "stop",
    nested: bool = False,
) -> Table:
    """Read texts and labels of a .csv, .tsv, .jsonl or .parquet file.

    Missing texts become empty.

    Args:
        text_column: two names for pairs of texts.
        on_error: `skip` leaves broken rows out.
        nested: take JSON lists in the cells of a .jsonl file, as JSON text.

    Raises:
        SettingError: an unknown ending, a missing or duplicate column, a broken row (with its number), no
            rows, or a file that is not in the format of its ending.
    """
    broken: list[Row] = []
    notes: list[str] = []
    texts: list[str] = []
    labels: list[str | None] = []
    known: dict[str | None, str | None] = {}  # one object for equal labels
    numbers = array("q")
    for number, (text, label), _, _ in _sound(
        path, (text_column, label_column), form, on_error, broken, notes, nested
    ):
        numbers.append(number)
        texts.append(text or "")
        labels.append(known.setdefault(label, label))
    if not texts:
        raise SettingError("data.files", path, "has no sound row" if broken else "the file has no rows")
    typed, places = has_integers(path, label_column), is_class_label(path, label_column)
    return Table(texts, labels, numbers, typed, tuple(broken), tuple(notes), places)


def read_texts(
    path: Path, text_column: str | tuple[str, str], form: Format | None = None, on_error: str = "stop"
) -> list[str]:
    """Read the texts of a file without labels; see `read_table`."""
    rows = [row.cells[0] or "" for row in _sound(path, (text_column,), form, on_error, [], [])]
    if not rows:
        raise SettingError("data.files.unlabelled", path, "the file has no rows")
    return rows


def _sound(
    path: Path,
    columns: tuple[str | tuple[str, str], ...],
    form: Format | None,
    on_error: str,
    broken: list[Row],
    notes: list[str],
    nested: bool = False,
) -> Iterator[Row]:
    """Yield the readable rows; broken rows are appended to `broken` if skipped, else raise SettingError."""
    asked = Asked()
    if ending_of(path) not in FORMATS:
        raise unknown_ending(path, [*FORMATS], asked)
    if path.stat().st_size == 0:
        raise SettingError("data.files", path, "the file is empty")
    for row in read_records(path, columns, form or Format(), asked, notes, nested):
        if not row.problem:
            yield row
        elif on_error == "skip":
            broken.append(row)
        else:
            raise SettingError("data.files", path, f"{row} {row.problem}; {SKIP}")


def read_text(path: Path) -> str:
    """Read a text file as UTF-8 or as its byte order mark says, with line ends unchanged.

    Raises:
        SettingError: not UTF-8 (with the byte offset), or nothing but white space.
    """
    encoding = encoding_of(path, Format(max_file=None), Asked())
    if encoding == "utf-8-sig":
        check_utf8(path)
    text = path.read_bytes().decode(encoding, "replace")
    if not text.strip():
        raise SettingError("data.files", path, "the file is empty")
    return text


def text_blocks(path: Path, size: int) -> Iterator[str]:
    """Yield a text file, read as `read_text` reads it, in parts of `size` characters."""
    encoding = encoding_of(path, Format(max_file=None), Asked())
    if encoding == "utf-8-sig":
        check_utf8(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        while part := file.read(size):
            yield part


def check_utf8(path: Path) -> None:
    """Check that a file is UTF-8.

    Raises:
        SettingError: it is not; names the offset of the first invalid byte.
    """
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
                near = nearest_encoding(
                    error.object[error.start : error.start + 1000].decode("utf-8", "surrogateescape")
                )
                rule = f"is not UTF-8: byte {error.object[error.start]:#04x} at offset {at}"
                rule += f"; if it is {near}: iconv -f {near} -t utf-8 {path.name} > new.txt"
                raise SettingError("data.files", path, rule) from error
            if not chunk:
                return
            offset += len(chunk)

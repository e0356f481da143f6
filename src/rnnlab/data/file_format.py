"""Settings of the format of files of rows, their checks, and detection of a file's encoding."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from rnnlab.data.packed import PACKED, ending_of, open_bytes
from rnnlab.errors import SettingError, suggest

FORMATS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
AUTO = "auto"
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
QUOTINGS = (AUTO, "quotes", "none")
ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1", "shift_jis", "gb18030", "koi8-r", "cp1251")
LOOKED_AT = 1 << 16  # bytes at the start of a file that detection reads
STRAY = 100  # text has fewer than one zero byte in this many
MAX_ROW = 1 << 24  # characters
MAX_FILE = 8 << 30  # bytes
_MARKS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF8: "utf-8-sig"}
_MARKS |= {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}  # after UTF-32, which begins so too
_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"BZh91AY&SY": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
}


@dataclass(frozen=True)
class Format:
    """Settings of the format of a file; `auto` detects it.

    Attributes:
        delimiter: character between cells, or comma, semicolon, tab, pipe.
        encoding: Python's name of it.
        quoting: `quotes` hold a cell together, doubled inside; `none`: a quote is a character like any other.
        max_row: limit of characters in a row. max_file: limit of bytes in a file, unpacked; None sets none.
    """

    delimiter: str = AUTO
    encoding: str = AUTO
    quoting: str = AUTO
    max_row: int = MAX_ROW
    max_file: int | None = MAX_FILE


class Asked(NamedTuple):
    """Names of the settings as the user types them, for error messages.

    Attributes:
        file: the setting that names the file. prefix: `data.` in a config, `--` on a command line.
        columns: the settings that name the columns, in their order.
    """

    file: str = "data.files"
    prefix: str = "data."
    columns: tuple[str, ...] = ("text_column", "label_column")

    def setting(self, name: str) -> str:
        return f"{self.prefix}{name}" if self.prefix != "--" else f"--{name.replace('_', '-')}"

    def hint(self, name: str, value: str) -> str:
        """Return the setting with a value, as it would be typed."""
        return f"{self.setting(name)}{' ' if self.prefix == '--' else '='}{value}"


def check_format(form: Format, asked: Asked) -> None:
    """Check the values of a format.

    Raises:
        SettingError: an unknown delimiter, quoting or encoding.
    """
    if form.delimiter not in (AUTO, *DELIMITERS) and (len(form.delimiter) != 1 or form.delimiter in '"\r\n'):
        rule = f"must be one character between cells, or {', '.join((AUTO, *DELIMITERS))}"
        raise SettingError(asked.setting("delimiter"), repr(form.delimiter), rule)
    if form.quoting not in QUOTINGS:
        rule = "must say what quotes do"
        raise SettingError(asked.setting("quoting"), form.quoting, rule, names=QUOTINGS)
    if form.encoding != AUTO:
        try:
            io.TextIOWrapper(io.BytesIO(), encoding=form.encoding)
        except (LookupError, ValueError) as error:
            rule = "is no encoding of text"
            raise SettingError(asked.setting("encoding"), form.encoding, rule, names=ENCODINGS) from error


def encoding_of(path: Path, form: Format, asked: Asked) -> str:
    """Return the encoding that is set, or that of the file's byte order mark, or UTF-8.

    Raises:
        SettingError: the file is an archive, is larger than `max_file`, or is not text.
    """
    size = path.stat().st_size
    if form.max_file is not None and size > form.max_file:
        rule = f"has {size:,} bytes; {asked.hint('max_file', f'{form.max_file}')} allows no more"
        raise SettingError(asked.file, path, rule)
    with open_bytes(path, form.max_file, asked.file) as file:
        start = file.read(LOOKED_AT)
    for mark, kind in _ARCHIVES.items():
        if start.startswith(mark):
            more = ", or as a workbook save it as CSV" if kind == "zip" else ""
            raise SettingError(
                asked.file, path, f"is a {kind} archive, which is not read: unpack it first{more}"
            )
    if form.encoding != AUTO:
        name = codecs.lookup(form.encoding).name
        return "utf-8-sig" if name == "utf-8" else name
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    if marked is None and b"\0" in start and not _is_text(start):
        wide = [start[side::2].count(0) * 4 > max(len(start), 12) for side in (0, 1)]
        hint = asked.hint("encoding", "utf-16-be" if wide[0] else "utf-16-le")
        raise SettingError(asked.file, path, f"is no text file{f'; {hint} may read it' if any(wide) else ''}")
    return marked or "utf-8-sig"


def _is_text(start: bytes) -> bool:
    """Return whether a start with zero bytes is still text: valid UTF-8 with few of them, as in logs."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return start.count(0) * STRAY < len(start)


@contextmanager
def opened(path: Path, encoding: str, limit: int | None = MAX_FILE) -> Iterator[IO[str]]:
    """Open a file as text with its line ends unchanged; undecodable bytes become lone surrogates.

    Args:
        limit: most bytes of a .gz, unpacked.
    """
    errors = "surrogateescape" if not encoding.startswith(("utf-16", "utf-32")) else "replace"
    with (
        open_bytes(path, limit) as raw,
        io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="") as file,
    ):
        yield file


def nearest_encoding(line: str) -> str:
    """Suggest an encoding for a line that is not UTF-8: cp1252 if its bytes are valid there, else latin-1."""
    raw = line.encode("utf-8", "surrogateescape")
    try:
        raw.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def unknown_ending(path: Path, endings: Sequence[str], asked: Asked) -> SettingError:
    """Return the error for a file whose ending is no known format."""
    ending = ending_of(path)
    if path.suffix.lower() in (".zip", ".bz2", ".xz", ".zst"):
        rule = f"is read compressed by gzip alone ({PACKED}): unpack it first"
        return SettingError(asked.file, path, rule)
    return SettingError(asked.file, path, f"unknown file ending\n{suggest(ending, endings)}")

"""Command line options for reading a file of rows: its format, and the handling of broken rows."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from rnnlab.data.file_format import AUTO, MAX_ROW, QUOTINGS, Format
from rnnlab.data.files import ON_ERROR


def add_format(parser: ArgumentParser, of: str, max_file: int | None, rows: bool = True) -> None:
    """Add the command line options for a file of rows.

    Args:
        of: the option that names the file. max_file: default limit of bytes to read; None sets none.
        rows: whether a broken row can be left out.
    """
    if rows:
        parser.add_argument("--on-error", choices=ON_ERROR, default="stop", help="what a broken row does")
    marks = f"between cells of {of}: comma, semicolon, tab, pipe or a character (default: auto)"
    parser.add_argument("--delimiter", metavar="MARK", default=AUTO, help=marks)
    names = f"of {of}: utf-8, cp1252, ... (default: UTF-8, or what its byte order mark names)"
    parser.add_argument("--encoding", metavar="NAME", default=AUTO, help=names)
    parser.add_argument(
        "--quoting", choices=QUOTINGS, default=AUTO, help="whether quotes hold cells together"
    )
    row = f"characters of a row at most (default: {MAX_ROW:,})"
    parser.add_argument("--max-row", metavar="N", type=int, default=MAX_ROW, help=row)
    limit = "no limit" if max_file is None else f"{max_file:,}"
    size = f"bytes of {of} at most, of Parquet unpacked (default: {limit})"
    parser.add_argument("--max-file", metavar="N", type=int, default=max_file, help=size)


def format_of(arguments: Namespace) -> Format:
    """Return the format from the parsed options."""
    typed = arguments.delimiter, arguments.encoding, arguments.quoting
    return Format(*typed, arguments.max_row, arguments.max_file)

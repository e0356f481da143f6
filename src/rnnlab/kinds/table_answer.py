"""The answer of a kind that reads a file as a whole, such as a table of series, and not row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rnnlab.data.file_format import Format

DrawPicture = Callable[[Path], None]


class TableFile(NamedTuple):
    """A file to answer.

    Attributes:
        path: of the file.
        form: its format as typed: delimiter, encoding, quoting, limits.
    """

    path: Path
    form: Format


class TableAnswer(NamedTuple):
    """The rows of the output, which need not be as many as those of the file.

    Attributes:
        columns: names of the output's columns, in order.
        rows: of plain values by these names, computed as they are read, some thousands at a time.
        done: a summary without the file's name: `28 steps of 3 series forecast`.
        notes: sentences on the file and its answers.
        draw: writes a picture of them as PNG; None where none was asked for.
    """

    columns: Sequence[str]
    rows: Iterator[Sequence[Mapping[str, Any]]]
    done: str
    notes: Sequence[str] = ()
    draw: DrawPicture | None = None

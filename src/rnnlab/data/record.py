"""A row of a file as text, and the lookup of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rnnlab.data.file_format import Asked
from rnnlab.errors import SettingError

BROKEN = re.compile("[\ud800-\udfff]")  # lone surrogates, which undecodable bytes become
Cells = tuple[str | None, ...]


class Row(NamedTuple):
    """A row of a file: the requested cells, or the problem if the row is broken.

    Attributes:
        number: from 1, not counting the heading and empty lines.
        cells: text, or None where JSON or Parquet has no value; empty for a broken row.
        problem: a phrase that follows "row 3"; "" for a sound row.
        line: the line at which the row begins, from 1; 0 in a file without lines.
    """

    number: int
    cells: Cells
    problem: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"row {self.number}" + (f" (line {self.line})" if self.line else "")


def places_of(columns: Sequence[str], there: Sequence[str], path: Path, asked: Asked) -> list[int]:
    """Return the index of each column; raises SettingError for one that is missing or duplicate."""
    shown = [BROKEN.sub("\ufffd", name) for name in there]
    for setting, name in zip(asked.columns, columns, strict=False):
        if not there:
            raise SettingError(asked.file, path, "is empty")
        if name not in there:
            raise SettingError(asked.setting(setting), name, f"no such column in {path}", names=shown)
        if there.count(name) > 1:
            which = " and ".join(str(place + 1) for place, one in enumerate(there) if one == name)
            rule = f"stands {there.count(name)} times in the heading of {path} (columns {which}): rename one"
            raise SettingError(asked.setting(setting), name, rule)
    return [list(there).index(name) for name in columns]

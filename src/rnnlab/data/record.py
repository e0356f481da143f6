"""A row of a file as text, and where its columns stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rnnlab.data.file_format import Asked
from rnnlab.errors import SettingError

SETTINGS = ("text_column", "label_column")  # that name the columns, in their order
BROKEN = re.compile("[\ud800-\udfff]")  # what bytes that are no text stand as
Cells = tuple[str | None, ...]


class Row(NamedTuple):
    """Row `number` (from 1, heading and empty lines not counted), the wanted cells, or what is wrong with it.

    A cell is None where JSON or Parquet has none. `line` is where it begins in a file of lines, from 1, or 0.
    """

    number: int
    cells: Cells
    problem: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"row {self.number}" + (f" (line {self.line})" if self.line else "")


def places_of(columns: Sequence[str], there: Sequence[str], path: Path, asked: Asked) -> list[int]:
    """Where each column stands; SettingError where it is not there or stands twice."""
    shown = [BROKEN.sub("\ufffd", name) for name in there]
    for setting, name in zip(SETTINGS, columns, strict=False):
        if not there:
            raise SettingError(asked.file, path, "is empty")
        if name not in there:
            raise SettingError(asked.setting(setting), name, f"no such column in {path}", names=shown)
        if there.count(name) > 1:
            which = " and ".join(str(place + 1) for place, one in enumerate(there) if one == name)
            rule = f"stands {there.count(name)} times in the heading of {path} (columns {which}): rename one"
            raise SettingError(asked.setting(setting), name, rule)
    return [list(there).index(name) for name in columns]

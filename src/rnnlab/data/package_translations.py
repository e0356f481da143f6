"""Reads the interface texts of Home Assistant's wheel: a table with a column for each language."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rnnlab.data.store import Contents

_MEMBER = re.compile(r"homeassistant/components/([^/]+)/translations/([^/]+)\.json")
PIVOT = "en"  # the language in which the texts are written first


def home_assistant(wheel: Path, folder: Path, characters: int | None = None) -> Contents:
    """Write the texts of homeassistant, joined by their keys: columns component, key and every language.

    A text that a language lacks is missing in its row. The rows are those of the English texts.
    """
    import pyarrow
    import pyarrow.parquet

    with zipfile.ZipFile(wheel) as archive:
        members: dict[str, dict[str, str]] = {}
        for name in archive.namelist():
            found = _MEMBER.fullmatch(name)
            if found is not None:
                members.setdefault(found[1], {})[found[2]] = name
        languages = sorted({language for files in members.values() for language in files})
        schema = pyarrow.schema([(name, pyarrow.string()) for name in ("component", "key", *languages)])
        with pyarrow.parquet.ParquetWriter(folder / "texts.parquet", schema, compression="zstd") as writer:
            for component in sorted(members):
                columns = _columns(archive, component, members[component], languages)
                writer.write_table(pyarrow.table(columns, schema=schema))
    note = (
        "interface texts out of the homeassistant wheel, no official data set and no official splits: "
        "figures are not comparable with those of published test sets"
    )
    return Contents({"train": "texts.parquet"}, False, [note])


def _columns(
    archive: zipfile.ZipFile, component: str, files: dict[str, str], languages: list[str]
) -> dict[str, list[str | None]]:
    """Return the table of one component."""
    texts = {language: dict(_leaves(json.loads(archive.read(name)))) for language, name in files.items()}
    keys = list(texts.get(PIVOT, {}))
    columns: dict[str, list[str | None]] = {"component": [component] * len(keys), "key": [*keys]}
    for language in languages:
        column = texts.get(language, {})
        columns[language] = [column.get(key) for key in keys]
    return columns


def _leaves(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield dotted key and text of every leaf of nested objects."""
    for name, value in node.items():
        path = f"{key}.{name}" if key else name
        if isinstance(value, dict):
            yield from _leaves(value, path)
        elif isinstance(value, str) and value.strip():
            yield path, value

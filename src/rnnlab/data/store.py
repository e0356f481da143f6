"""Storage of fetched data sets in the cache folder, each complete or absent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from rnnlab.atomic import whole_folder

RECORD = "source.json"


class NotInReach(Exception):
    """A source that is unavailable here and now; the message gives the reason in one line."""


class Stored(NamedTuple):
    """Files of a data set in the cache, and notes on them."""

    files: dict[str, Path]
    official: bool | None
    notes: list[str]


class Contents(NamedTuple):
    """The output of a reader of wheels: split to file name, whether the splits are official, and notes."""

    files: dict[str, str]
    official: bool
    notes: list[str]


def folder(parent: Path, name: str, settings: Mapping[str, object], version: int = 1) -> Path:
    """Return the folder of a data set with these settings; other settings or a new version have another."""
    content = json.dumps([version, settings], sort_keys=True, default=dict)
    return parent / f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def staged(target: Path) -> AbstractContextManager[Path]:
    """Return an empty folder to write a data set into, which becomes `target` (see `whole_folder`)."""
    return whole_folder(target, lambda folder: load(folder) is not None)


def record(stage: Path, files: Mapping[str, str], official: bool, notes: Sequence[str]) -> None:
    """Write the file that `load` reads; `files` maps a split to a file name inside the folder."""
    content = {"files": dict(files), "official": official, "notes": list(notes)}
    (stage / RECORD).write_text(json.dumps(content, indent=2), encoding="utf-8")


def load(folder: Path) -> Stored | None:
    """Load what `record` wrote to `folder`; None if nothing is stored or one of its files is missing."""
    try:
        content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    files = {split: folder / name for split, name in content["files"].items()}
    if not all(path.is_file() for path in files.values()):
        return None
    return Stored(files, content["official"], content["notes"])

"""The cache folder's rule: a fetched data set is there wholly, or it is not there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

RECORD = "source.json"


class NotInReach(Exception):
    """A source cannot serve here and now; the message says why in one line."""


class Stored(NamedTuple):
    """Files of a data set that lie in the cache, and what to say about them."""

    files: dict[str, Path]
    official: bool
    notes: list[str]


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """An empty folder to write into; it becomes `folder` when the block ends well and vanishes otherwise.

    Safe when two processes do the same at once: the first to end wins, the other's copy is dropped.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder.parent) as name:
        stage = Path(name) / folder.name
        stage.mkdir()
        yield stage
        try:
            os.replace(stage, folder)
        except OSError:
            if (folder / RECORD).exists():
                return
            shutil.rmtree(folder)  # a folder without a record was not made here, or was damaged by hand
            os.replace(stage, folder)


def record(stage: Path, files: Mapping[str, str], official: bool, notes: Sequence[str]) -> None:
    """Writes what `load` reads: `files` maps a split to a file name inside the folder."""
    content = {"files": dict(files), "official": official, "notes": list(notes)}
    (stage / RECORD).write_text(json.dumps(content, indent=2), encoding="utf-8")


def load(folder: Path) -> Stored | None:
    """What `record` left in `folder`; None where nothing is stored or a file of it has gone."""
    try:
        content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    files = {split: folder / name for split, name in content["files"].items()}
    if not all(path.is_file() for path in files.values()):
        return None
    return Stored(files, content["official"], content["notes"])

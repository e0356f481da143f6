"""The cache folder's rule: a fetched data set is there wholly, or it is not there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from rnnlab.errors import SettingError

RECORD = "source.json"


class NotInReach(Exception):
    """A source cannot serve here and now; the message says why in one line."""


class Stored(NamedTuple):
    """Files of a data set that lie in the cache, and what to say about them."""

    files: dict[str, Path]
    official: bool
    notes: list[str]


def folder(parent: Path, name: str, settings: Mapping[str, object], version: int = 1) -> Path:
    """Where a data set of these settings is kept; other settings or a raised version have another."""
    content = json.dumps([version, settings], sort_keys=True, default=dict)
    return parent / f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """An empty folder to write into; it becomes `target` when the block ends well and vanishes otherwise.

    Safe when two processes do the same at once: the first to end wins, the other's copy is dropped.

    Raises:
        SettingError: the folder cannot be made.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError("paths.cache_dir", target.parent, f"cannot be made: {error.strerror}") from error
    _sweep(target.parent)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=target.parent) as name:
        stage = Path(name) / target.name
        stage.mkdir()
        yield stage
        try:
            os.replace(stage, target)
        except OSError:
            if load(target) is not None:
                return
            shutil.rmtree(target)  # something else, or damaged by hand
            os.replace(stage, target)


def _sweep(parent: Path) -> None:
    """Removes what processes that were killed a day ago or earlier left behind."""
    for leftover in parent.glob(".partial-*"):
        with suppress(OSError):
            if time.time() - leftover.stat().st_mtime > 86_400:
                shutil.rmtree(leftover, ignore_errors=True)


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

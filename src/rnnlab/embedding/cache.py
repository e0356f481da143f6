"""Folders that are wholly there, or not at all, whoever else writes them and whatever ends this process."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rnnlab.errors import SettingError

RECORD = "whole.json"  # sha256 of each other file of the folder
STALE = 86_400  # seconds after which what a killed process left is removed


def make_once(folder: Path, write: Callable[[Path], None]) -> bool:
    """Calls `write` with an empty folder that then becomes `folder`, unless that is there and whole already.

    Two processes may do so at once: the first to end wins, and both have the same afterwards. A folder of
    which a file has changed or gone is made again.

    Returns:
        Whether it was there.

    Raises:
        SettingError: the folder cannot be made.
    """
    if is_whole(folder):
        return True
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError("paths.cache_dir", folder.parent, f"cannot be made: {error.strerror}") from error
    _sweep(folder.parent)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder.parent) as name:
        stage = Path(name) / folder.name
        stage.mkdir()
        write(stage)
        record = json.dumps({path.name: sha256_of(path) for path in sorted(stage.iterdir())}, indent=2)
        (stage / RECORD).write_text(record, encoding="utf-8")
        try:
            os.replace(stage, folder)
        except OSError:
            if not is_whole(folder):
                shutil.rmtree(folder)
                os.replace(stage, folder)
    return False


def is_whole(folder: Path) -> bool:
    """Whether each file is as it was written."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return all(sha256_of(folder / name) == digest for name, digest in record.items())
    except (OSError, ValueError, AttributeError):
        return False


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key_of(content: object) -> str:
    """The name of an entry: sha256 of plain JSON values, shortened."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def _sweep(parent: Path) -> None:
    for leftover in parent.glob(".partial-*"):
        with suppress(OSError):
            if time.time() - leftover.stat().st_mtime > STALE:
                shutil.rmtree(leftover, ignore_errors=True)

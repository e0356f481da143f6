"""Cache folders that are made once, and again if one of their files has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from rnnlab.atomic import whole_folder

RECORD = "whole.json"  # sha256 of each other file of the folder


def make_once(folder: Path, write: Callable[[Path], None]) -> bool:
    """Call `write` with an empty folder that then becomes `folder`, unless that exists and is intact.

    Two processes may do so at once: the first to end wins, and both have the same afterwards. A folder of
    which a file has changed or gone is made again.

    Returns:
        Whether it was there.

    Raises:
        SettingError: the folder cannot be made.
    """
    if is_whole(folder):
        return True
    with whole_folder(folder, is_whole) as stage:
        write(stage)
        record = json.dumps({path.name: sha256_of(path) for path in sorted(stage.iterdir())}, indent=2)
        (stage / RECORD).write_text(record, encoding="utf-8")
    return False


def is_whole(folder: Path) -> bool:
    """Return whether each file is as it was written."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return all(sha256_of(folder / name) == digest for name, digest in record.items())
    except (OSError, ValueError, AttributeError):
        return False


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key_of(content: object) -> str:
    """Return the name of an entry: sha256 of plain JSON values, shortened."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]

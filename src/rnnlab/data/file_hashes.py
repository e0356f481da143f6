"""Hashes of whole files; those of large files are kept in the cache until the file changes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rnnlab.atomic import write_whole

FOLDER = "hashes"
LARGE = 4 << 20  # bytes; a smaller file is read in the time that a record takes
SETTLED = 2.0  # seconds since the last change: a later one of a younger file may have the same time stamp
_SHA256 = re.compile(r"[0-9a-f]{64}")
State = dict[str, int]


def file_hashes(files: Mapping[str, Path], cache_dir: Path | None = None) -> dict[str, str]:
    """Return the sha256 of each file's bytes.

    Args:
        cache_dir: where the hashes of large files are kept, in a folder `hashes`. A file is read again once
            its size, its inode or a time of its last change differs. None reads every file.

    Raises:
        OSError: a file cannot be read.
    """
    folder = None if cache_dir is None else cache_dir / FOLDER
    return {split: _hash(path, folder) for split, path in files.items()}


def _hash(path: Path, folder: Path | None) -> str:
    if folder is None or path.stat().st_size < LARGE:
        return _read(path)
    place, before = str(path.resolve()), _state(path)
    record = folder / f"{hashlib.sha256(os.fsencode(place)).hexdigest()[:32]}.json"
    known = _known(record, place, before)
    if known is not None:
        return known
    found = _read(path)
    if _state(path) == before and _is_settled(before):
        _keep(record, {"path": place, "state": before, "sha256": found})
    return found


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _state(path: Path) -> State:
    """Return what changes with a file's content, also where a tool sets the time of its modification back."""
    facts = path.stat()
    return {
        "size": facts.st_size,
        "modified_ns": facts.st_mtime_ns,
        "changed_ns": facts.st_ctime_ns,
        "inode": facts.st_ino,
    }


def _is_settled(state: State) -> bool:
    age = time.time() - max(state["modified_ns"], state["changed_ns"]) / 1e9
    return age > SETTLED


def _known(record: Path, place: str, state: State) -> str | None:
    """Return the hash that a record has of a file in this state; None without one or with a damaged one."""
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        alike = found["path"] == place and found["state"] == state
        return found["sha256"] if alike and _SHA256.fullmatch(found["sha256"]) else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _keep(record: Path, content: Mapping[str, object]) -> None:
    with suppress(OSError):  # a cache that cannot be written: the file is read again next time
        record.parent.mkdir(parents=True, exist_ok=True)
        write_whole(record, json.dumps(content, indent=1) + "\n", "surrogateescape")

"""Check that a folder can be written, or made, before hours of work are spent on its content."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from rnnlab.errors import SettingError


def check_writable(setting: str, value: object, folder: Path) -> None:
    """Raise SettingError if the folder, or its nearest existing parent, is not writable; leaves no trace."""
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if _exists(path))
    try:
        os.rmdir(tempfile.mkdtemp(prefix=".rnnlab-", dir=there))
    except OSError as error:
        rule = f"cannot be written: {there} is not a writable folder ({error.strerror})"
        raise SettingError(setting, value, rule) from error


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, or a folder that may not be looked into
        return False

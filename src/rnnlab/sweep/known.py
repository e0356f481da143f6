"""Remember which sweeps this user started: resuming one runs the code and settings of its folder."""

from __future__ import annotations

import hashlib
import shutil

from rnnlab.errors import SettingError
from rnnlab.run.config.trust import SWEEP, add, trusted
from rnnlab.sweep.folder import SweepFolder

CACHE = "__pycache__"


def remember_sweep(folder: SweepFolder) -> None:
    """Record the sweep as this user's; call after starting it or changing its settings."""
    add([token_of(folder)])


def check_known(folder: SweepFolder, setting: str) -> None:
    """Refuse a sweep that somebody else started, or whose code or settings have changed since.

    Raises:
        SettingError: says which files to review and which option accepts them.
    """
    for cache in folder.code.rglob(CACHE):  # Python would run compiled files in place of the sources
        shutil.rmtree(cache)
    token = token_of(folder)
    if token not in trusted():
        rule = "runs the code and the settings of that folder, and you have started no such sweep"
        hint = f"read its sweep.yaml and its code/, and where they are fine add --trust {token}"
        raise SettingError(setting, folder.path, f"{rule}\n{hint}")


def token_of(folder: SweepFolder) -> str:
    """Return a hash of the sweep's settings and of the path and content of every file of its code."""
    found = hashlib.sha256(folder.spec.read_bytes())
    for path in sorted(folder.code.rglob("*")):
        if path.is_file() and CACHE not in path.parts:
            found.update(f"{path.relative_to(folder.code)}\0".encode() + path.read_bytes() + b"\0")
    return f"{SWEEP}:{found.hexdigest()[:32]}"

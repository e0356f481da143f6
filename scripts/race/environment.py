"""A virtual environment for each peer, made once from its pinned list and kept."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rnnlab.atomic import whole_folder, write_whole

DONE = "installed.json"  # written last: an environment without it is made anew
LAST_LINES = 12
LIMIT = 1800.0  # seconds of an installation


class InstallError(RuntimeError):
    """A peer's packages cannot be installed; the message is the installer's last lines."""


def kept_at() -> Path:
    """Return the folder of all environments."""
    cache = os.environ.get("RNNLAB_CACHE_DIR")
    return (Path(cache) if cache else Path.home() / ".cache" / "rnnlab") / "race"


def place_of(requirements: Sequence[str], kept: Path) -> Path:
    """Return the folder of the environment with these requirements under this Python."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    digest = hashlib.sha256("\n".join([version, *requirements]).encode()).hexdigest()[:12]
    name = next((line.partition("==")[0] for line in reversed(requirements)), "empty")
    return kept / f"{''.join(c for c in name if c.isalnum() or c in '-_')}-{digest}"


def python_of(requirements: Sequence[str], kept: Path | None = None) -> Path:
    """Return the Python of an environment with these requirements, which is made if it is not there.

    Without requirements it is the Python that runs now.

    Raises:
        InstallError: with the installer's last lines, and again on the next call: a failure is not kept.
    """
    if not requirements:
        return Path(sys.executable)
    place = place_of(requirements, kept or kept_at())
    if not is_made(requirements, kept):
        make(requirements, place)
    return place / "bin" / "python"


def is_made(requirements: Sequence[str], kept: Path | None = None) -> bool:
    return (place_of(requirements, kept or kept_at()) / DONE).is_file()


def versions_of(requirements: Sequence[str], kept: Path | None = None) -> dict[str, str]:
    """Return the installed packages and their versions; empty for the Python that runs now."""
    if not requirements:
        return {}
    found: dict[str, str] = json.loads((place_of(requirements, kept or kept_at()) / DONE).read_text("utf-8"))
    return found


def make(requirements: Sequence[str], place: Path) -> None:
    """Install into a new folder, torch first, so that what comes after takes the torch that is there."""
    with whole_folder(place, lambda folder: (folder / DONE).is_file()) as stage:
        ask([sys.executable, "-m", "venv", "--without-pip", str(stage)])
        pip = [sys.executable, "-m", "pip", "--python", str(stage / "bin" / "python")]
        install = [*pip, "install", "--no-input", "--disable-pip-version-check"]
        for line in requirements:
            if line.startswith("torch=="):
                ask([*install, line])
        ask([*install, *requirements])
        listed = json.loads(ask([*pip, "list", "--format", "json", "--disable-pip-version-check"]))
        write_whole(stage / DONE, json.dumps({one["name"]: one["version"] for one in listed}, indent=1))


def ask(command: list[str]) -> str:
    """Return what a command printed.

    Raises:
        InstallError: it failed or took longer than the limit.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise InstallError(f"no end after {LIMIT:g} s: {' '.join(command[-3:])}") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise InstallError("\n".join(said[-LAST_LINES:]))
    return done.stdout
